package io.gatewaywasm.boot.gateway;

import io.gatewaywasm.boot.gateway.message.RequestDecoding;
import io.gatewaywasm.boot.gateway.message.RequestTrailers;
import reactor.core.publisher.Mono;

import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;

/**
 * Prepares the reading of request trailers, and watches the decoding of requests, on
 * routes with Wasm filters. It runs ahead of the gateway filter that caches the body for
 * the Retry filter, because that filter reads the body to its end.
 */
public final class WasmRequestTrailersFilter implements GlobalFilter, Ordered {

	private final boolean everyRoute;

	public WasmRequestTrailersFilter(boolean everyRoute) {
		this.everyRoute = everyRoute;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
		if (RequestTrailers.arePossible(exchange.getRequest()) && hasFilters(exchange)) {
			RequestDecoding.watch(exchange);
			RequestTrailers.read(exchange);
		}
		return chain.filter(exchange);
	}

	private boolean hasFilters(ServerWebExchange exchange) {
		Route route = exchange.getAttribute(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR);
		return route != null && (this.everyRoute || WasmFilters.isOn(route));
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

}
