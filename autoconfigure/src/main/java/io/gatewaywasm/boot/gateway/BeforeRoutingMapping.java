package io.gatewaywasm.boot.gateway;

import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.cloud.gateway.handler.RoutePredicateHandlerMapping;
import org.springframework.context.ApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.web.cors.reactive.CorsUtils;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.server.ServerWebExchange;

/**
 * Maps requests to {@link BeforeRouting}. Because it is a handler mapping and not a
 * filter, it is consulted at the position of the gateway's routes, after the actuator and
 * the application's own handlers.
 */
public final class BeforeRoutingMapping implements HandlerMapping, Ordered {

	private final BeforeRouting handler;

	private final int order;

	private final Predicate<ServerWebExchange> taken;

	private final ApplicationContext application;

	private BeforeRoutingMapping(BeforeRouting handler, int order, Predicate<ServerWebExchange> taken,
			ApplicationContext application) {
		this.handler = handler;
		this.order = order;
		this.taken = taken;
		this.application = application;
	}

	/**
	 * Creates the mapping for all requests that would reach the gateway's routes, and
	 * moves the routes' own mapping behind it. Requests to a separate management server
	 * belong to another {@code application} and are ignored.
	 */
	public static BeforeRoutingMapping ofRoutes(BeforeRouting handler, RoutePredicateHandlerMapping routes,
			ApplicationContext application) {
		int order = Math.min(routes.getOrder(), Ordered.LOWEST_PRECEDENCE - 1);
		routes.setOrder(order + 1);
		return new BeforeRoutingMapping(handler, order, (exchange) -> true, application);
	}

	/**
	 * Creates the mapping for requests to the actuator and the application's handlers
	 * that also go through the plugins. It has the highest precedence.
	 */
	public static BeforeRoutingMapping ofHandlers(BeforeRouting handler, ApplicationContext application) {
		return new BeforeRoutingMapping(handler, Ordered.HIGHEST_PRECEDENCE, handler::isForHandlers, application);
	}

	@Override
	public Mono<Object> getHandler(ServerWebExchange exchange) {
		if (BeforeRouting.isInside(exchange) || isForeign(exchange.getApplicationContext())
				|| !this.taken.test(exchange)) {
			return Mono.empty();
		}
		if (CorsUtils.isPreFlightRequest(exchange.getRequest())) {
			// Spring calls no handler for a preflight, so WasmPreflightFilter calls it.
			WasmPreflightFilter.leaveTo(this.handler, exchange);
		}
		return Mono.just(this.handler);
	}

	private boolean isForeign(@Nullable ApplicationContext context) {
		return context != null && context != this.application;
	}

	@Override
	public int getOrder() {
		return this.order;
	}

}
