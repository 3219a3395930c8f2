/**
 * Auto-configuration for Proxy-Wasm filters in Spring Cloud Gateway.
 */
@NullMarked
package io.gatewaywasm.boot.autoconfigure;

import org.jspecify.annotations.NullMarked;
