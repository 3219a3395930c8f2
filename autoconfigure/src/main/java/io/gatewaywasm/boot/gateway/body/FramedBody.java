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

	private final BooleanSupplier arrived;

	/** Creates a body whose end is known only when it is signalled. */
	public FramedBody(Flux<DataBuffer> source, MessageBody body) {
		this(source, body, FramedBody::unknown, FramedBody::unknown);
	}

	/**
	 * Creates a body. {@code end} tells whether no part follows the part that was emitted
	 * last.
	 */
	public FramedBody(Flux<DataBuffer> source, MessageBody body, BooleanSupplier end) {
		this(source, body, end, FramedBody::unknown);
	}

	private FramedBody(Flux<DataBuffer> source, MessageBody body, BooleanSupplier end, BooleanSupplier arrived) {
		super(source);
		this.body = body;
		this.end = end;
		this.arrived = arrived;
	}

	/**
	 * Creates a body as it comes from the client. {@code arrived} tells whether its last
	 * bytes have arrived together with its end.
	 */
	public static FramedBody received(Flux<DataBuffer> source, MessageBody body, BooleanSupplier arrived) {
		return new FramedBody(source, body, FramedBody::unknown, arrived);
	}

	public MessageBody body() {
		return this.body;
	}

	/**
	 * Returns what tells whether the last bytes have arrived together with the end of the
	 * message. They may not have been emitted.
	 */
	public BooleanSupplier arrived() {
		return this.arrived;
	}

	/** Returns whether no part follows the part that was emitted last. */
	boolean isAtEnd() {
		return this.end.getAsBoolean();
	}

	@Override
	public void subscribe(CoreSubscriber<? super DataBuffer> actual) {
		this.source.subscribe(actual);
	}

	private static boolean unknown() {
		return false;
	}

}
