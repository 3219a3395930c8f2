package io.gatewaywasm.boot.gateway;

import io.gatewaywasm.boot.gateway.message.AbsoluteTarget;
import reactor.core.publisher.Mono;

import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

/**
 * Lets requests whose target is in absolute form have the host of that target, before a
 * route is chosen.
 */
public final class WasmAbsoluteTargetFilter implements WebFilter, Ordered {

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		return chain.filter(AbsoluteTarget.apply(exchange));
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

}
