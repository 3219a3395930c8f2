package io.gatewaywasm.boot.gateway;

import java.util.List;
import java.util.stream.Stream;

import io.gatewaywasm.boot.gateway.exchange.PluginRoot;
import io.gatewaywasm.boot.gateway.route.RouteFilters;
import org.jspecify.annotations.Nullable;

import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.route.Route;

/**
 * Finds the Wasm filters of a route, including default filters.
 */
final class WasmFilters {

	private WasmFilters() {
	}

	static boolean isOn(Route route) {
		// Every request asks, so no iterator.
		List<GatewayFilter> filters = route.getFilters();
		for (int i = 0; i < filters.size(); i++) {
			if (RouteFilters.unwrap(filters.get(i)) instanceof WasmGatewayFilter) {
				return true;
			}
		}
		return false;
	}

	static Stream<WasmGatewayFilter> of(Route route) {
		return route.getFilters()
			.stream()
			.map(RouteFilters::unwrap)
			.filter(WasmGatewayFilter.class::isInstance)
			.map(WasmGatewayFilter.class::cast);
	}

	static Stream<RefusedFilter> refused(Route route) {
		return route.getFilters()
			.stream()
			.map(RouteFilters::unwrap)
			.filter(RefusedFilter.class::isInstance)
			.map(RefusedFilter.class::cast);
	}

	/**
	 * Returns the plugin and configuration that the filter runs, or {@code null} if it is
	 * not a Wasm filter.
	 */
	static @Nullable PluginRoot pluginOf(GatewayFilter filter) {
		return (RouteFilters.unwrap(filter) instanceof WasmGatewayFilter wasm) ? wasm.pluginRoot() : null;
	}

}
