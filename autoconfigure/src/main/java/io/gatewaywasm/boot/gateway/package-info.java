/**
 * Proxy-Wasm filters in Spring Cloud Gateway: on single routes, on every route, and
 * before a route is chosen.
 */
@NullMarked
package io.gatewaywasm.boot.gateway;

import org.jspecify.annotations.NullMarked;
