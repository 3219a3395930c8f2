/**
 * Proxy-Wasm filters as filters of Spring Cloud Gateway: the exchange seen through the
 * host's eyes, and the host's decisions carried out on the exchange.
 */
@NullMarked
package io.gatewaywasm.boot.gateway;

import org.jspecify.annotations.NullMarked;
