/**
 * The limits of a plugin, with their defaults, and the budgets that plugins share.
 */
@NullMarked
package io.gatewaywasm.host.limits;

import org.jspecify.annotations.NullMarked;
