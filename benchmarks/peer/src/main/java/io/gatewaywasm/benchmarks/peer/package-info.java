/**
 * Benchmarks of the peer: the other Proxy-Wasm host for the JVM.
 */
@NullMarked
package io.gatewaywasm.benchmarks.peer;

import org.jspecify.annotations.NullMarked;
