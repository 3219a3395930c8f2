package io.gatewaywasm.boot.gateway;

import io.gatewaywasm.boot.gateway.message.AbsoluteTarget;
import io.gatewaywasm.boot.gateway.message.RequestDecoding;
import reactor.core.publisher.Mono;

import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

/**
 * Watches the decoding of requests from their beginning. A predicate such as {@code
 * ReadBody} reads the body before a route is chosen, so a malformed chunk can arrive
 * before any filter of the route runs. Also replaces the host of a request by that of its
 * absolute target, before a route is chosen.
 */
public final class WasmRequestDecodingFilter implements WebFilter, Ordered {

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		RequestDecoding.watch(exchange);
		return chain.filter(AbsoluteTarget.apply(exchange));
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

}
