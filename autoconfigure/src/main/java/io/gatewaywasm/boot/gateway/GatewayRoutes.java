package io.gatewaywasm.boot.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

import io.gatewaywasm.boot.gateway.exchange.PluginRoot;
import io.gatewaywasm.boot.gateway.exchange.WasmExchange;
import io.gatewaywasm.boot.gateway.route.RouteFilters;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.cloud.gateway.filter.AdaptCachedBodyGlobalFilter;
import org.springframework.cloud.gateway.filter.ForwardPathFilter;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.NettyWriteResponseFilter;
import org.springframework.cloud.gateway.filter.OrderedGatewayFilter;
import org.springframework.cloud.gateway.handler.RoutePredicateHandlerMapping;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.core.annotation.AnnotationAwareOrderComparator;

/**
 * The gateway's routes and global filters.
 */
record GatewayRoutes(RoutePredicateHandlerMapping mapping, RouteLocator locator, List<GlobalFilter> globalFilters) {

	/**
	 * These filters prepare the exchange for its route, so they run again after a change
	 * of route. If the exchange is already prepared, they do nothing.
	 */
	private static final Set<Class<? extends GlobalFilter>> OF_EACH_ROUTE = Set.of(ResponseCacheGuard.class,
			AdaptCachedBodyGlobalFilter.class, ForwardPathFilter.class, WasmGlobalFilter.class);

	static GatewayRoutes of(BeanFactory beans) {
		return new GatewayRoutes(beans.getBean(RoutePredicateHandlerMapping.class), beans.getBean(RouteLocator.class),
				beans.getBeanProvider(GlobalFilter.class).orderedStream().toList());
	}

	/**
	 * Returns the order of a filter on the route, or nothing if the filter is neither the
	 * route's own nor one of {@link WasmGlobalFilter}.
	 */
	OptionalInt place(Route route, GatewayFilter filter) {
		OptionalInt place = RouteFilters.place(route, filter);
		return (place.isEmpty() && isOnEveryRoute(filter)) ? OptionalInt.of(WasmGlobalFilter.ORDER) : place;
	}

	private boolean isOnEveryRoute(GatewayFilter filter) {
		return this.globalFilters.stream()
			.anyMatch((global) -> global instanceof WasmGlobalFilter wasm && wasm.contains(filter));
	}

	/**
	 * Returns the filters that an exchange still has to go through on a newly chosen
	 * route. Global filters up to {@code place}, the position reached on the previous
	 * route, have run and are left out. {@code NettyWriteResponseFilter} runs again if
	 * the new route has filters ahead of it: only then does the response pass through
	 * them.
	 */
	List<GatewayFilter> rest(Route route, int place, WasmExchange wasm) {
		List<GatewayFilter> rest = new ArrayList<>();
		boolean aheadOfResponse = route.getFilters()
			.stream()
			.anyMatch((filter) -> RouteFilters.order(filter) < NettyWriteResponseFilter.WRITE_RESPONSE_FILTER_ORDER);
		for (GlobalFilter global : this.globalFilters) {
			int order = RouteFilters.order(global);
			if (order > place || OF_EACH_ROUTE.contains(global.getClass())
					|| (aheadOfResponse && global instanceof NettyWriteResponseFilter)) {
				rest.add(new OrderedGatewayFilter(global::filter, order));
			}
		}
		for (GatewayFilter filter : route.getFilters()) {
			PluginRoot plugin = WasmFilters.pluginOf(filter);
			if (plugin == null || !wasm.hasRun(plugin)) {
				rest.add(filter);
			}
		}
		AnnotationAwareOrderComparator.sort(rest);
		return rest;
	}

}
