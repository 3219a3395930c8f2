/**
 * The instructions that compiled modules call here instead of in the WebAssembly runtime.
 */
@NullMarked
package io.gatewaywasm.host.engine.instructions;

import org.jspecify.annotations.NullMarked;
