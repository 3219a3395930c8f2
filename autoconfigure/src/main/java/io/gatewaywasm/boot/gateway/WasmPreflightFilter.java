package io.gatewaywasm.boot.gateway;

import io.gatewaywasm.boot.gateway.exchange.WasmExchange;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.cloud.gateway.handler.FilteringWebHandler;
import org.springframework.cloud.gateway.handler.RoutePredicateHandlerMapping;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.core.Ordered;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.reactive.CorsProcessor;
import org.springframework.web.cors.reactive.CorsUtils;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.server.WebHandler;

/**
 * Sends CORS preflights for routes with Wasm filters through their filters to the
 * upstream, as Envoy does, unless the application has a CORS configuration for them.
 * Spring answers every preflight while it looks up a handler and never calls the handler.
 * Therefore the gateway's CORS processor only records that the application has no
 * configuration, and this filter calls the route afterwards.
 */
public final class WasmPreflightFilter implements WebFilter, Ordered {

	private static final String UNANSWERED = WasmPreflightFilter.class.getName();

	/** Creates the filter and replaces the CORS processor of {@code mapping}. */
	public WasmPreflightFilter(RoutePredicateHandlerMapping mapping, FilteringWebHandler routes, boolean everyRoute) {
		mapping.setCorsProcessor(new Processor(mapping.getCorsProcessor(), routes, everyRoute));
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		if (!CorsUtils.isPreFlightRequest(exchange.getRequest())) {
			return chain.filter(exchange);
		}
		return chain.filter(exchange).then(Mono.defer(() -> {
			WebHandler handler = unanswered(exchange);
			return (handler != null) ? handler.handle(exchange) : Mono.empty();
		}));
	}

	/**
	 * Removes and returns the handler recorded for a preflight, or {@code null} if Spring
	 * has answered it.
	 */
	static @Nullable WebHandler unanswered(ServerWebExchange exchange) {
		return (WebHandler) exchange.getAttributes().remove(UNANSWERED);
	}

	/** Records the handler to call if Spring leaves a preflight unanswered. */
	static void leaveTo(WebHandler handler, ServerWebExchange exchange) {
		exchange.getAttributes().put(UNANSWERED, handler);
	}

	/** Last, so that all other web filters see the preflight and its response. */
	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

	/**
	 * Leaves preflights without a CORS configuration unanswered if their route has Wasm
	 * filters.
	 */
	private record Processor(CorsProcessor delegate, FilteringWebHandler routes,
			boolean everyRoute) implements CorsProcessor {

		@Override
		public boolean process(@Nullable CorsConfiguration configuration, ServerWebExchange exchange) {
			if (configuration == null && CorsUtils.isPreFlightRequest(exchange.getRequest()) && hasFilters(exchange)) {
				leaveTo(this.routes, exchange);
				return true;
			}
			return this.delegate.process(configuration, exchange);
		}

		private boolean hasFilters(ServerWebExchange exchange) {
			Route route = exchange.getAttribute(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR);
			return route != null && (this.everyRoute || WasmExchange.of(exchange) != null || WasmFilters.isOn(route));
		}

	}

}
