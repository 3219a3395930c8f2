package io.gatewaywasm.boot.gateway.route;

import java.net.URI;

import org.jspecify.annotations.Nullable;

import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.web.server.ServerWebExchange;

/**
 * The route that was chosen for an exchange.
 * <p>
 * {@code route} is {@code null} before a route is chosen. {@code uri} is the URI that
 * predicates see: the original URI, or the one with the {@code :path} that a guest set;
 * filters of the route change the path for the upstream only. {@code dispatch} counts how
 * often the gateway has handled the exchange, including forwards. {@code changes} counts
 * how often filters changed the route.
 */
public record RouteChoice(@Nullable Route route, URI uri, int dispatch, int changes) {

	public static RouteChoice of(ServerWebExchange exchange) {
		return new RouteChoice(routeOf(exchange), exchange.getRequest().getURI(), 0, 0);
	}

	/**
	 * Returns the choice after the gateway has handled the exchange or a forward of it.
	 */
	public RouteChoice dispatched(ServerWebExchange exchange) {
		return new RouteChoice(routeOf(exchange), exchange.getRequest().getURI(), this.dispatch + 1, this.changes);
	}

	/** Returns the choice after a guest has changed the path. */
	public RouteChoice withUri(URI changed) {
		return new RouteChoice(this.route, changed, this.dispatch, this.changes);
	}

	/** Returns the choice after filters have changed the route. */
	public RouteChoice changedTo(Route other) {
		return new RouteChoice(other, this.uri, this.dispatch, this.changes + 1);
	}

	private static @Nullable Route routeOf(ServerWebExchange exchange) {
		return (exchange.getAttribute(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR) instanceof Route route) ? route : null;
	}

}
