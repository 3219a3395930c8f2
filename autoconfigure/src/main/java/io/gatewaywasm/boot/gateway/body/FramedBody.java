package io.gatewaywasm.boot.gateway.body;

import org.jspecify.annotations.Nullable;
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

	private final @Nullable BodyPipe pipe;

	public FramedBody(Flux<DataBuffer> source, MessageBody body) {
		this(source, body, null);
	}

	/**
	 * Creates the body that leaves a filter. {@code pipe} is {@code null} if the filter
	 * does not see the body.
	 */
	public FramedBody(Flux<DataBuffer> source, MessageBody body, @Nullable BodyPipe pipe) {
		super(source);
		this.body = body;
		this.pipe = pipe;
	}

	public MessageBody body() {
		return this.body;
	}

	/** Returns whether no part follows the part that was emitted last. */
	boolean isAtEnd() {
		return this.pipe != null && this.pipe.isAtEnd();
	}

	@Override
	public void subscribe(CoreSubscriber<? super DataBuffer> actual) {
		this.source.subscribe(actual);
	}

}
