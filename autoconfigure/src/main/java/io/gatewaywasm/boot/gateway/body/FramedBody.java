package io.gatewaywasm.boot.gateway.body;

import java.util.function.BooleanSupplier;
import java.util.function.LongPredicate;

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

	private final LongPredicate endsWith;

	/** Creates a body whose end is known only when it is signalled. */
	public FramedBody(Flux<DataBuffer> source, MessageBody body) {
		this(source, body, () -> false, (bytes) -> false);
	}

	/**
	 * Creates a body. {@code end} says whether no part follows the part that was emitted
	 * last.
	 */
	public FramedBody(Flux<DataBuffer> source, MessageBody body, BooleanSupplier end) {
		this(source, body, end, (bytes) -> false);
	}

	private FramedBody(Flux<DataBuffer> source, MessageBody body, BooleanSupplier end, LongPredicate endsWith) {
		super(source);
		this.body = body;
		this.end = end;
		this.endsWith = endsWith;
	}

	/**
	 * Creates the body that the client sends. {@code endsWith} says whether a body of
	 * this many bytes has arrived whole, its last bytes together with its end.
	 */
	public static FramedBody received(Flux<DataBuffer> source, MessageBody body, LongPredicate endsWith) {
		return new FramedBody(source, body, () -> false, endsWith);
	}

	public MessageBody body() {
		return this.body;
	}

	/**
	 * Returns whether a body of this many bytes has arrived whole, its last bytes
	 * together with its end. They may not have been emitted.
	 */
	public boolean endsWith(long bytes) {
		return this.endsWith.test(bytes);
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
