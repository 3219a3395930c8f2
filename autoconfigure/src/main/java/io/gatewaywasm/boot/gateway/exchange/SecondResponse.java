package io.gatewaywasm.boot.gateway.exchange;

import io.gatewaywasm.boot.gateway.body.BodyDisposal;
import io.gatewaywasm.host.spi.LocalResponse;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpResponse;

/**
 * A response that is written after the filters have seen another one, which failed or was
 * cancelled: the fallback of a circuit breaker, another attempt of the Retry filter, the
 * response of a filter in Java to an error. No filter can see it, so it is not sent.
 */
final class SecondResponse {

	private static final LocalResponse REFUSAL = LocalResponse.of(HttpStatus.SERVICE_UNAVAILABLE.value(),
			"response_replaced");

	private SecondResponse() {
	}

	/** Drops the response and its body, and sends a local response in its place. */
	static Mono<Void> refuse(WasmExchange wasm, Publisher<? extends DataBuffer> body) {
		BodyDisposal.dispose(wasm.exchange(), body);
		ServerHttpResponse response = clear(wasm);
		return LocalResponses.write(wasm.exchange(), response, REFUSAL).doOnTerminate(wasm::responseDone);
	}

	/**
	 * Changes the status and headers of a response that is being committed, because
	 * filters have not released them.
	 */
	static void replaceHeaders(WasmExchange wasm) {
		clear(wasm);
		LocalResponses.replaceHeaders(wasm.response(), REFUSAL);
	}

	/**
	 * Removes all headers, because those of the two responses cannot be distinguished
	 * from others.
	 */
	private static ServerHttpResponse clear(WasmExchange wasm) {
		FilteredResponse filtered = wasm.response();
		filtered.replace();
		filtered.dropChanges();
		ServerHttpResponse response = filtered.undecorated();
		ReceivedHeaders.clear(response);
		return response;
	}

}
