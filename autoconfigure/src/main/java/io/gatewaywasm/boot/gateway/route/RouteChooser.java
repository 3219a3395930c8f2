package io.gatewaywasm.boot.gateway.route;

import reactor.core.publisher.Mono;

import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.web.server.ServerWebExchange;

/**
 * Chooses the route of an exchange again after a filter has changed the exchange.
 */
@FunctionalInterface
public interface RouteChooser {

	/**
	 * Chooses the route again and continues on it, or with {@code chain} if the route is
	 * still the same.
	 */
	Mono<Void> chooseAgain(GatewayFilter filter, ServerWebExchange exchange, GatewayFilterChain chain);

}
