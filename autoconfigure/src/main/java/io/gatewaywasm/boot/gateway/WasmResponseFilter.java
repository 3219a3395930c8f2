package io.gatewaywasm.boot.gateway;

import io.gatewaywasm.boot.gateway.exchange.ErrorResponses;
import io.gatewaywasm.boot.gateway.exchange.FilteredChain;
import io.gatewaywasm.boot.gateway.exchange.LateFilteredResponse;
import io.gatewaywasm.boot.gateway.exchange.WasmExchange.UnreachedFilters;
import io.gatewaywasm.boot.gateway.exchange.WasmExchange;
import reactor.core.publisher.Mono;

import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.NettyWriteResponseFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;

/**
 * Decorates the exchange so that the Wasm filters of its route see the response. At their
 * own positions they run too late to decorate it, so this filter does so ahead of the
 * filter that writes the response. On other routes, it prepares the response for Wasm
 * filters that filters of the application call.
 */
public final class WasmResponseFilter implements GlobalFilter, Ordered {

	public static final int ORDER = NettyWriteResponseFilter.WRITE_RESPONSE_FILTER_ORDER - 1;

	private final boolean everyRoute;

	private final ErrorResponses errors;

	private final UnreachedFilters unreached;

	public WasmResponseFilter(boolean everyRoute, ErrorResponses errors, WasmGatewayFilterFactory factory) {
		this.everyRoute = everyRoute;
		this.errors = errors;
		this.unreached = factory.unreached();
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
		WasmExchange wasm = WasmExchange.running(exchange);
		if (wasm != null) {
			wasm.route().dispatched(exchange);
			return chain.filter(exchange);
		}
		Route route = exchange.getAttribute(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR);
		if (route == null) {
			return chain.filter(exchange);
		}
		if (!(this.everyRoute || WasmFilters.isOn(route))) {
			return chain.filter(LateFilteredResponse.in(exchange));
		}
		return FilteredChain.around(exchange, this.errors, FilterState.VALUES, this.unreached, chain::filter);
	}

	@Override
	public int getOrder() {
		return ORDER;
	}

}
