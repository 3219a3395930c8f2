package io.gatewaywasm.boot.gateway.exchange;

import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.web.server.ServerWebExchange;

/**
 * The response of an exchange that may reach Wasm filters which are wrapped in other
 * filters. When it is written, it passes through those that the exchange has reached.
 */
public final class LateFilteredResponse extends ServerHttpResponseDecorator {

	private final ServerWebExchange exchange;

	private LateFilteredResponse(ServerWebExchange exchange) {
		super(exchange.getResponse());
		this.exchange = exchange;
	}

	/** Returns the exchange with such a response. */
	public static ServerWebExchange in(ServerWebExchange exchange) {
		return exchange.mutate().response(new LateFilteredResponse(exchange)).build();
	}

	/**
	 * Returns the response that is written. A response that filters write is passed on.
	 */
	private ServerHttpResponse filtered() {
		WasmExchange wasm = WasmExchange.of(this.exchange);
		if (wasm == null) {
			return getDelegate();
		}
		boolean byFilters = wasm.response().isWrittenByFilters();
		wasm.response().writtenTo(getDelegate());
		return byFilters ? getDelegate() : new WasmResponse(getDelegate(), wasm);
	}

	@Override
	public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
		return Mono.defer(() -> filtered().writeWith(body));
	}

	@Override
	public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> body) {
		return Mono.defer(() -> filtered().writeAndFlushWith(body));
	}

	@Override
	public Mono<Void> setComplete() {
		return Mono.defer(() -> filtered().setComplete());
	}

}
