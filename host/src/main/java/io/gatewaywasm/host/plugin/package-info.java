/**
 * A plugin: a compiled module with configuration and policy, which owns its VMs, their
 * replacement and its counters.
 */
@NullMarked
package io.gatewaywasm.host.plugin;

import org.jspecify.annotations.NullMarked;
