/**
 * The properties of exchanges, connections and routes that guests read with
 * {@code proxy_get_property}. Envoy's documentation calls them attributes. An exchange
 * attribute is always one of Spring's {@code ServerWebExchange}.
 */
@NullMarked
package io.gatewaywasm.boot.gateway.attributes;

import org.jspecify.annotations.NullMarked;
