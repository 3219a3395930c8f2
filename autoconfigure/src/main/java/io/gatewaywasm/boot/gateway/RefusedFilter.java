package io.gatewaywasm.boot.gateway;

import io.gatewaywasm.boot.plugin.WasmPluginException;
import io.gatewaywasm.host.spi.LocalReply;
import reactor.core.publisher.Mono;

import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.support.GatewayToStringStyler;
import org.springframework.web.server.ServerWebExchange;

/**
 * Stands in for a filter that cannot be made because its configuration is wrong: answers
 * every request with 503, whatever the fail strategy, since what the filter was meant to
 * do is not known.
 */
final class RefusedFilter implements GatewayFilter {

	private final WasmGatewayFilterFactory factory;

	private final WasmPluginException failure;

	RefusedFilter(WasmGatewayFilterFactory factory, WasmPluginException failure) {
		this.factory = factory;
		this.failure = failure;
	}

	/**
	 * Returns what is wrong.
	 * @return a sentence that names the plugin and the route
	 */
	String message() {
		return String.valueOf(this.failure.getMessage());
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
		if (exchange.getResponse().isCommitted()) {
			return Mono.empty();
		}
		return LocalReplies.write(exchange, exchange.getResponse(), LocalReply.of(503, "wasm_plugin_unavailable"));
	}

	@Override
	public String toString() {
		return GatewayToStringStyler.filterToStringCreator(this.factory)
			.append("plugin", this.failure.getPlugin())
			.append("refused", this.failure.getReason())
			.toString();
	}

}
