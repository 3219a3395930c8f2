/**
 * A conformance kit for proxies that run Proxy-Wasm plugins, with Envoy as the reference.
 */
@NullMarked
package io.gatewaywasm.tck;

import org.jspecify.annotations.NullMarked;
