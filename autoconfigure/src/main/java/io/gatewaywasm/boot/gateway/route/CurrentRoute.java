package io.gatewaywasm.boot.gateway.route;

import java.net.URI;

import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.web.server.ServerWebExchange;

/**
 * The route of an exchange. A guest can cause the gateway to choose it again.
 */
public final class CurrentRoute {

	private final ServerWebExchange exchange;

	private volatile RouteChoice choice;

	public CurrentRoute(ServerWebExchange exchange) {
		this.exchange = exchange;
		this.choice = RouteChoice.of(exchange);
	}

	public RouteChoice choice() {
		return this.choice;
	}

	/** Sets the route choice, to a new route or back to an earlier one. */
	public void choose(RouteChoice next) {
		this.choice = next;
		Route route = next.route();
		if (route != null) {
			this.exchange.getAttributes().put(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR, route);
			// The gateway sets this attribute for some routes and never removes it.
			this.exchange.getAttributes().remove(ServerWebExchangeUtils.GATEWAY_SCHEME_PREFIX_ATTR);
		}
	}

	/**
	 * Records the route that the gateway has chosen, for the request or a forward of it.
	 * {@code routed} is the exchange as predicates saw it.
	 */
	public void dispatched(ServerWebExchange routed) {
		this.choice = this.choice.dispatched(routed);
	}

	/**
	 * Records that a guest has changed the path. {@code changed} is the URI that
	 * predicates see from now on.
	 */
	public void pathChanged(URI changed) {
		this.choice = this.choice.withUri(changed);
	}

	/**
	 * Restores the choice that was made before a filter ran, because the filter runs once
	 * more. If the filter is on the route of a forwarded request, that route stays.
	 */
	public void restore(RouteChoice before, Object filter) {
		Route route = this.choice.route();
		boolean forwarded = before.dispatch() != this.choice.dispatch() && route != null
				&& RouteFilters.place(route, filter).isPresent();
		if (!forwarded) {
			choose(before);
		}
	}

}
