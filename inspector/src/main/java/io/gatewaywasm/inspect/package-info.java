/**
 * The command that reports whether a module will run on this gateway.
 */
@NullMarked
package io.gatewaywasm.inspect;

import org.jspecify.annotations.NullMarked;
