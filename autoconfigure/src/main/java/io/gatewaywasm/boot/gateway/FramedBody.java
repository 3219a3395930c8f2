package io.gatewaywasm.boot.gateway;

import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxOperator;

import org.springframework.core.io.buffer.DataBuffer;

/**
 * The body of a request with what is known of it. Spring's builder of requests carries a
 * body over as it is, so that this one is recognized wherever no filter of the
 * application has put another in its place.
 */
final class FramedBody extends FluxOperator<DataBuffer, DataBuffer> {

	private final MessageBody body;

	FramedBody(Flux<DataBuffer> source, MessageBody body) {
		super(source);
		this.body = body;
	}

	MessageBody body() {
		return this.body;
	}

	@Override
	public void subscribe(CoreSubscriber<? super DataBuffer> actual) {
		this.source.subscribe(actual);
	}

}
