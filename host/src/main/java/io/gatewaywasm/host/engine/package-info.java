/**
 * The only room that knows the WebAssembly runtime: compiles a module once and makes
 * bounded instances of it.
 */
@NullMarked
package io.gatewaywasm.host.engine;

import org.jspecify.annotations.NullMarked;
