/**
 * The limits of a plugin, with their defaults.
 */
@NullMarked
package io.gatewaywasm.host.limits;

import org.jspecify.annotations.NullMarked;
