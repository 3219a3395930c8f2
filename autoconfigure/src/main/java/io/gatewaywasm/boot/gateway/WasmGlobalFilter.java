package io.gatewaywasm.boot.gateway;

import java.util.List;

import io.gatewaywasm.boot.plugin.PluginHandle;
import reactor.core.publisher.Mono;

import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;

/**
 * Runs the plugins that are put on every route, in the order of their list and ahead of
 * the filters of the route. A request that is forwarded, to another route or as the
 * fallback of a circuit breaker, comes by again; its plugins have run then and do not run
 * once more, and its response goes through them as any other.
 */
public final class WasmGlobalFilter implements GlobalFilter, Ordered {

	/**
	 * The place of this filter among the gateway's filters: behind the gateway's metrics,
	 * which have the same order, ahead of filters of routes, which have higher ones.
	 */
	public static final int ORDER = 0;

	private static final String SEEN = WasmGlobalFilter.class.getName();

	private final List<WasmGatewayFilter> filters;

	/**
	 * Create a new filter.
	 * @param factory makes a filter of each plugin
	 * @param plugins the names of declared plugins
	 */
	public WasmGlobalFilter(WasmGatewayFilterFactory factory, List<String> plugins) {
		this.filters = plugins.stream().map(factory::everyRoute).toList();
	}

	List<PluginHandle> handles() {
		return this.filters.stream().map(WasmGatewayFilter::handle).toList();
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
		if (exchange.getAttributes().putIfAbsent(SEEN, true) != null) {
			return chain.filter(exchange);
		}
		return run(0, exchange, chain);
	}

	private Mono<Void> run(int index, ServerWebExchange exchange, GatewayFilterChain chain) {
		if (index == this.filters.size()) {
			return chain.filter(exchange);
		}
		return this.filters.get(index).filter(exchange, (next) -> run(index + 1, next, chain));
	}

	@Override
	public int getOrder() {
		return ORDER;
	}

}
