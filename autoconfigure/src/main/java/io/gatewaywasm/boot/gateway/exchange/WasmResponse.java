package io.gatewaywasm.boot.gateway.exchange;

import java.util.List;

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
		return Mono.defer(() -> {
			List<GatewayStream> streams = this.wasm.takeResponse();
			if (streams == null) {
				return isSecond() ? SecondResponse.refuse(this.wasm, body) : getDelegate().writeWith(body);
			}
			return ResponsePhases.of(this.wasm, streams, body, false, () -> getDelegate().writeWith(sending(body)))
				.run();
		});
	}

	@Override
	public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> body) {
		return Mono.defer(() -> {
			List<GatewayStream> streams = this.wasm.takeResponse();
			// Without prefetch: parts that wait in a queue would leak if the body is
			// cancelled.
			Flux<DataBuffer> flat = Flux.from(body).concatMap((part) -> part, 0);
			if (streams == null) {
				return isSecond() ? SecondResponse.refuse(this.wasm, flat) : getDelegate().writeAndFlushWith(body);
			}
			return ResponsePhases
				.of(this.wasm, streams, flat, true,
						() -> getDelegate().writeAndFlushWith(Flux.from(body).map(this::sending)))
				.run();
		});
	}

	/** Counts the body, which no filter changes, unless it belongs to a HEAD request. */
	private Publisher<? extends DataBuffer> sending(Publisher<? extends DataBuffer> body) {
		return this.wasm.requestFacts().isHead() ? body : this.wasm.facts().sizes().sending(body);
	}

	@Override
	public Mono<Void> setComplete() {
		return Mono.defer(() -> {
			List<GatewayStream> streams = this.wasm.takeResponse();
			if (streams == null) {
				return isSecond() ? SecondResponse.refuse(this.wasm, Flux.empty()) : getDelegate().setComplete();
			}
			return ResponsePhases.of(this.wasm, streams, null, false, getDelegate()::setComplete).run();
		});
	}

	/**
	 * Returns whether filters have seen another response, of which nothing has been sent.
	 */
	private boolean isSecond() {
		return this.wasm.response().hasStarted() && !isCommitted();
	}

}
