/**
 * A conformance kit for proxies that run Proxy-Wasm plugins: Envoy is the judge.
 */
@NullMarked
package io.gatewaywasm.tck;

import org.jspecify.annotations.NullMarked;
