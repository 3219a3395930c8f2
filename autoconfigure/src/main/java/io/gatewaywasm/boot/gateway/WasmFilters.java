package io.gatewaywasm.boot.gateway;

import java.util.stream.Stream;

import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.OrderedGatewayFilter;
import org.springframework.cloud.gateway.route.Route;

/**
 * Finds the Wasm filters of a route, default filters included.
 */
final class WasmFilters {

	private WasmFilters() {
	}

	static boolean isOn(Route route) {
		for (GatewayFilter filter : route.getFilters()) {
			if (unwrap(filter) instanceof WasmGatewayFilter) {
				return true;
			}
		}
		return false;
	}

	static Stream<WasmGatewayFilter> of(Route route) {
		return route.getFilters()
			.stream()
			.map(WasmFilters::unwrap)
			.filter(WasmGatewayFilter.class::isInstance)
			.map(WasmGatewayFilter.class::cast);
	}

	static Stream<RefusedFilter> refused(Route route) {
		return route.getFilters()
			.stream()
			.map(WasmFilters::unwrap)
			.filter(RefusedFilter.class::isInstance)
			.map(RefusedFilter.class::cast);
	}

	static GatewayFilter unwrap(GatewayFilter filter) {
		GatewayFilter current = filter;
		while (current instanceof OrderedGatewayFilter ordered) {
			current = ordered.getDelegate();
		}
		return current;
	}

}
