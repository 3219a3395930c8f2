/**
 * CEL expressions for guests. Uses Google's Java library for CEL, which is optional, so
 * no other package depends on it.
 */
@NullMarked
package io.gatewaywasm.boot.cel;

import org.jspecify.annotations.NullMarked;
