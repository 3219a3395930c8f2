package io.gatewaywasm.boot.gateway;

import reactor.core.publisher.Mono;

import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.NettyWriteResponseFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;

/**
 * Lets the Wasm filters of a route see the response: they run at their places in the
 * request, which is too late to get hold of the response, so that this filter does it for
 * them, ahead of the filter that writes it. Routes without Wasm filters are left alone.
 */
public final class WasmResponseFilter implements GlobalFilter, Ordered {

	/** The place of this filter among the gateway's filters. */
	public static final int ORDER = NettyWriteResponseFilter.WRITE_RESPONSE_FILTER_ORDER - 1;

	private final boolean everyRoute;

	/**
	 * Create a new filter.
	 * @param everyRoute whether there are plugins on every route
	 */
	public WasmResponseFilter(boolean everyRoute) {
		this.everyRoute = everyRoute;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
		Route route = exchange.getAttribute(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR);
		if (route == null || !(this.everyRoute || WasmFilters.isOn(route)) || WasmExchange.of(exchange) != null) {
			return chain.filter(exchange);
		}
		return WasmExchange.around(exchange, chain::filter);
	}

	@Override
	public int getOrder() {
		return ORDER;
	}

}
