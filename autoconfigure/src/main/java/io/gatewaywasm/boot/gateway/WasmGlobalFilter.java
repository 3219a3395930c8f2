package io.gatewaywasm.boot.gateway;

import java.util.List;

import io.gatewaywasm.boot.plugin.PluginHandle;
import reactor.core.publisher.Mono;

import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;

/**
 * Runs the plugins that are on every route, in their configured order and ahead of the
 * route's own filters. When a request is forwarded, to another route or to the fallback
 * of a circuit breaker, its plugins have already run and do not run again; its response
 * still passes through them. If one of the plugins changes the route, the plugins after
 * it run on the new route.
 */
public final class WasmGlobalFilter implements GlobalFilter, Ordered {

	/**
	 * After the gateway's metrics filter, which has the same order, and ahead of route
	 * filters, which have higher orders.
	 */
	public static final int ORDER = 0;

	/** The attribute that holds the index of the next plugin. */
	private static final String NEXT = WasmGlobalFilter.class.getName();

	private final List<WasmGatewayFilter> filters;

	/** Creates the filter for the named plugins. */
	public WasmGlobalFilter(WasmGatewayFilterFactory factory, List<String> plugins) {
		this.filters = plugins.stream().map(factory::everyRoute).toList();
	}

	List<PluginHandle> handles() {
		return this.filters.stream().map(WasmGatewayFilter::handle).toList();
	}

	boolean contains(GatewayFilter filter) {
		return this.filters.contains(filter);
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
		int next = exchange.getAttributeOrDefault(NEXT, 0);
		if (next == this.filters.size()) {
			return chain.filter(exchange);
		}
		exchange.getAttributes().put(NEXT, next + 1);
		return this.filters.get(next).filter(exchange, (changed) -> filter(changed, chain));
	}

	@Override
	public int getOrder() {
		return ORDER;
	}

}
