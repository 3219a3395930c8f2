package io.gatewaywasm.boot.gateway.route;

import java.util.OptionalInt;

import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.OrderedGatewayFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.OrderUtils;

/**
 * The filters of a route and their order.
 */
public final class RouteFilters {

	private RouteFilters() {
	}

	public static GatewayFilter unwrap(GatewayFilter filter) {
		GatewayFilter current = filter;
		while (current instanceof OrderedGatewayFilter ordered) {
			current = ordered.getDelegate();
		}
		return current;
	}

	/**
	 * Returns the order of a filter on the route, or nothing if it is not one of the
	 * route's filters.
	 */
	public static OptionalInt place(Route route, Object filter) {
		for (GatewayFilter candidate : route.getFilters()) {
			if (unwrap(candidate) == filter) {
				return OptionalInt.of(order(candidate));
			}
		}
		return OptionalInt.empty();
	}

	/** Returns the order by which the gateway sorts the filter. */
	public static int order(Object filter) {
		return (filter instanceof Ordered ordered) ? ordered.getOrder()
				: OrderUtils.getOrder(filter.getClass(), Ordered.LOWEST_PRECEDENCE);
	}

}
