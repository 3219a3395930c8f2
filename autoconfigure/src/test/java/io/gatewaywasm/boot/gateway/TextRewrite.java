package io.gatewaywasm.boot.gateway;

import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

import org.springframework.cloud.gateway.filter.factory.rewrite.RewriteFunction;
import org.springframework.web.server.ServerWebExchange;

/**
 * Rewrites bodies as text. It implements {@link BiFunction} explicitly, because
 * {@link RewriteFunction} extends it in Spring Cloud Gateway 4.3 but not in 5.0, which
 * this class is compiled for.
 */
final class TextRewrite
		implements RewriteFunction<String, String>, BiFunction<ServerWebExchange, String, Publisher<String>> {

	private final UnaryOperator<String> rewrite;

	TextRewrite(UnaryOperator<String> rewrite) {
		this.rewrite = rewrite;
	}

	@Override
	public Publisher<String> apply(ServerWebExchange exchange, String body) {
		return Mono.just(this.rewrite.apply(body));
	}

}
