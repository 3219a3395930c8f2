/**
 * Plugins, their VMs and counters. A plugin is a compiled module with configuration and
 * policy.
 */
@NullMarked
package io.gatewaywasm.host.plugin;

import org.jspecify.annotations.NullMarked;
