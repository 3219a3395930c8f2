package io.gatewaywasm.boot.gateway;

import io.gatewaywasm.boot.gateway.exchange.LocalResponses;
import io.gatewaywasm.boot.plugin.WasmPluginException;
import io.gatewaywasm.host.spi.LocalResponse;
import reactor.core.publisher.Mono;

import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.factory.GatewayFilterFactory;
import org.springframework.cloud.gateway.support.GatewayToStringStyler;
import org.springframework.web.server.ServerWebExchange;

/**
 * Replaces a filter that cannot be created because its configuration is invalid. It
 * answers every request with 503, whatever the fail strategy, because the purpose of the
 * filter is unknown.
 */
final class RefusedFilter implements GatewayFilter {

	private final GatewayFilterFactory<?> factory;

	private final WasmPluginException failure;

	RefusedFilter(GatewayFilterFactory<?> factory, WasmPluginException failure) {
		this.factory = factory;
		this.failure = failure;
	}

	String message() {
		return String.valueOf(this.failure.getMessage());
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
		if (exchange.getResponse().isCommitted()) {
			return Mono.empty();
		}
		return LocalResponses.write(exchange, exchange.getResponse(), LocalResponse.of(503, "wasm_plugin_unavailable"));
	}

	@Override
	public String toString() {
		return GatewayToStringStyler.filterToStringCreator(this.factory)
			.append("plugin", this.failure.getPlugin())
			.append("refused", this.failure.getReason())
			.toString();
	}

}
