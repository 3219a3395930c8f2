package io.gatewaywasm.boot.gateway;

import java.util.List;

import reactor.core.publisher.Mono;

import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.web.server.ServerWebExchange;

/**
 * The remaining filters of the route that was chosen last, from index {@code next} on.
 */
record RestOfChain(List<GatewayFilter> filters, int next) implements GatewayFilterChain {

	@Override
	public Mono<Void> filter(ServerWebExchange exchange) {
		return Mono.defer(() -> (this.next < this.filters.size())
				? this.filters.get(this.next).filter(exchange, new RestOfChain(this.filters, this.next + 1))
				: Mono.empty());
	}

}
