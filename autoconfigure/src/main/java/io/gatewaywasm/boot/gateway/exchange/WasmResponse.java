package io.gatewaywasm.boot.gateway.exchange;

import java.util.List;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;

/**
 * A response that passes through the Wasm filters of its exchange when it is written.
 */
final class WasmResponse extends ServerHttpResponseDecorator {

	private final WasmExchange wasm;

	WasmResponse(ServerHttpResponse delegate, WasmExchange wasm) {
		super(delegate);
		this.wasm = wasm;
	}

	@Override
	public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
		return new FilteredWrite(() -> phases(body, false, () -> getDelegate().writeWith(sending(body))),
				() -> isSecond() ? SecondResponse.refuse(this.wasm, body) : getDelegate().writeWith(body));
	}

	@Override
	public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> body) {
		// Without prefetch: parts that wait in a queue would leak if the body is
		// cancelled.
		Flux<DataBuffer> flat = Flux.from(body).concatMap((part) -> part, 0);
		return new FilteredWrite(
				() -> phases(flat, true, () -> getDelegate().writeAndFlushWith(Flux.from(body).map(this::sending))),
				() -> isSecond() ? SecondResponse.refuse(this.wasm, flat) : getDelegate().writeAndFlushWith(body));
	}

	@Override
	public Mono<Void> setComplete() {
		return new FilteredWrite(() -> phases(null, false, getDelegate()::setComplete),
				() -> isSecond() ? SecondResponse.refuse(this.wasm, Flux.empty()) : getDelegate().setComplete());
	}

	/** Returns the phases, or {@code null} if filters have already seen a response. */
	private FilteredWrite.@Nullable Phases phases(@Nullable Publisher<? extends DataBuffer> body, boolean flushing,
			Supplier<Mono<Void>> unchanged) {
		List<GatewayStream> streams = this.wasm.takeResponse();
		return (streams != null) ? ResponsePhases.of(this.wasm, streams, body, flushing, unchanged) : null;
	}

	/** Counts the body, which no filter changes, unless it belongs to a HEAD request. */
	private Publisher<? extends DataBuffer> sending(Publisher<? extends DataBuffer> body) {
		return this.wasm.requestFacts().isHead() ? body : this.wasm.facts().sizes().sending(body);
	}

	/**
	 * Returns whether filters have seen another response, of which nothing has been sent.
	 */
	private boolean isSecond() {
		return this.wasm.response().hasStarted() && !isCommitted();
	}

}
