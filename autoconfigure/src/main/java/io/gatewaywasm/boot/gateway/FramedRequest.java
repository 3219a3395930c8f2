package io.gatewaywasm.boot.gateway;

import reactor.core.publisher.Flux;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;

/**
 * A request with a {@link FramedBody}.
 */
final class FramedRequest extends ServerHttpRequestDecorator {

	private final FramedBody body;

	FramedRequest(ServerHttpRequest delegate, FramedBody body) {
		super(delegate);
		this.body = body;
	}

	@Override
	public Flux<DataBuffer> getBody() {
		return this.body;
	}

}
