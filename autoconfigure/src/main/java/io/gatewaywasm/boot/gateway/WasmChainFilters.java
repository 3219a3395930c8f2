package io.gatewaywasm.boot.gateway;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.gatewaywasm.boot.gateway.exchange.WasmExchange.UnreachedFilters;
import io.gatewaywasm.boot.gateway.exchange.WasmExchange;
import io.gatewaywasm.boot.gateway.route.RouteFilters;

import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.route.Route;

/**
 * The Wasm filters that exchanges pass through, in the order of the chain. As in Envoy,
 * filters that an exchange has not reached log it too. A Wasm filter that is wrapped in
 * another filter does not, because the other filter decides whether it runs.
 */
final class WasmChainFilters implements UnreachedFilters {

	private final List<WasmGatewayFilter> beforeRouting = new CopyOnWriteArrayList<>();

	private final List<WasmGatewayFilter> everyRoute = new CopyOnWriteArrayList<>();

	void addBeforeRouting(WasmGatewayFilter filter) {
		this.beforeRouting.add(filter);
	}

	void addEveryRoute(WasmGatewayFilter filter) {
		this.everyRoute.add(filter);
	}

	@Override
	public void log(WasmExchange exchange) {
		if (BeforeRouting.hasBegun(exchange.exchange())) {
			log(exchange, this.beforeRouting);
		}
		Route route = exchange.route().choice().route();
		if (route != null) {
			log(exchange, this.everyRoute);
			log(exchange, route.getFilters());
		}
	}

	private static void log(WasmExchange exchange, List<? extends GatewayFilter> filters) {
		for (GatewayFilter filter : filters) {
			if (RouteFilters.unwrap(filter) instanceof WasmGatewayFilter wasm && isUnreached(exchange, wasm)) {
				wasm.log(exchange);
			}
		}
	}

	private static boolean isUnreached(WasmExchange exchange, WasmGatewayFilter filter) {
		// On a route that was chosen again, plugins that have run do not run again
		boolean ran = exchange.route().choice().changes() > 0 && exchange.hasRun(filter.pluginRoot());
		return !ran && !exchange.hasReached(filter);
	}

}
