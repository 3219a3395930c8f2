/**
 * The interface to the WebAssembly engine, which compiles modules once and makes bounded
 * instances of them. Only its subpackages use the WebAssembly runtime, Chicory.
 */
@NullMarked
package io.gatewaywasm.host.engine;

import org.jspecify.annotations.NullMarked;
