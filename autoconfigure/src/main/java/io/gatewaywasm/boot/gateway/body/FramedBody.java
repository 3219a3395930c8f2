package io.gatewaywasm.boot.gateway.body;

import java.util.function.BooleanSupplier;

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

	private final BooleanSupplier end;

	/** Creates a body whose end is known only when it is signalled. */
	public FramedBody(Flux<DataBuffer> source, MessageBody body) {
		this(source, body, () -> false);
	}

	/**
	 * Creates a body. {@code end} tells whether no part follows the part that was emitted
	 * last.
	 */
	public FramedBody(Flux<DataBuffer> source, MessageBody body, BooleanSupplier end) {
		super(source);
		this.body = body;
		this.end = end;
	}

	public MessageBody body() {
		return this.body;
	}

	/** Returns whether no part follows the part that was emitted last. */
	boolean isAtEnd() {
		return this.end.getAsBoolean();
	}

	@Override
	public void subscribe(CoreSubscriber<? super DataBuffer> actual) {
		this.source.subscribe(actual);
	}

}
