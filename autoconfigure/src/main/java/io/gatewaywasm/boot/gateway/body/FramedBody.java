package io.gatewaywasm.boot.gateway.body;

import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxOperator;

import org.springframework.core.io.buffer.DataBuffer;

/**
 * The body of a request with its known framing. Spring's request builder keeps the body
 * object, so it is recognized wherever no filter of the application has replaced it.
 */
public final class FramedBody extends FluxOperator<DataBuffer, DataBuffer> {

	private final MessageBody body;

	public FramedBody(Flux<DataBuffer> source, MessageBody body) {
		super(source);
		this.body = body;
	}

	public MessageBody body() {
		return this.body;
	}

	@Override
	public void subscribe(CoreSubscriber<? super DataBuffer> actual) {
		this.source.subscribe(actual);
	}

}
