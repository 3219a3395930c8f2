/**
 * Compiles WebAssembly modules once and makes bounded instances of them. Only this
 * package and its subpackages use the WebAssembly runtime, Chicory.
 */
@NullMarked
package io.gatewaywasm.host.engine;

import org.jspecify.annotations.NullMarked;
