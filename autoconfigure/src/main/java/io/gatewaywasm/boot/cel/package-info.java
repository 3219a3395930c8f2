/**
 * CEL expressions for guests by CEL's own Java library, which is optional: nothing
 * outside of this room needs it.
 */
@NullMarked
package io.gatewaywasm.boot.cel;

import org.jspecify.annotations.NullMarked;
