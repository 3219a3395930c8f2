/**
 * CEL expressions for guests. Uses Google's Java library for CEL, which is optional, so
 * only the auto-configuration depends on this package.
 */
@NullMarked
package io.gatewaywasm.boot.cel;

import org.jspecify.annotations.NullMarked;
