package io.gatewaywasm.boot.gateway.body;

import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongPredicate;

import io.gatewaywasm.host.spi.Decision;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.core.io.buffer.DataBufferUtils;

/**
 * A body on its way through a filter.
 * <h2>Backpressure</h2> The filter handles one chunk at a time. The pipe requests the
 * next chunk when the filter has decided on the previous one, the filter's output has
 * been taken, and there is demand; only a chunk that waits for the end is followed by a
 * request of its own.
 * <h2>Buffers</h2> Chunks are copied to the heap and their buffers are released
 * immediately, so nothing needs to be released at the end.
 * <h2>Paused headers</h2> {@link #hold} starts the body before there is a subscriber, for
 * a filter that wants to see the body before the headers are sent. {@link #gather} runs a
 * small body to its end, so that its new length is known. The filter's output waits for
 * the subscriber.
 * <h2>The end</h2> In HTTP/2 one frame can carry the last bytes and the end of a message,
 * but Reactor Netty signals the end after the bytes. If a chunk ends with the last bytes
 * of such a message, the pipe waits for the signal that follows it before it shows the
 * chunk. The chunk is still not the last one if another filter has added bytes.
 * <h2>Threads</h2> {@link SerialEvents} applies all events one after the other.
 */
public final class BodyPipe extends Flux<DataBuffer> implements FilteredBody, Consumer<Decision> {

	/**
	 * Maximum announced length of a body that is gathered so that its new length is
	 * known.
	 */
	public static final int SMALL = 64 * 1024;

	private final BodyFilter filter;

	private final BodySource source;

	private final BodyOutput output;

	private final BodyPump pump;

	private final SerialEvents<BodyPump> events;

	private volatile @Nullable BodyPipe next;

	private boolean started;

	/**
	 * Creates a pipe. {@code endsWith} says whether a message of this many bytes has
	 * arrived whole, its last bytes together with its end; {@code buffers} creates the
	 * buffers of the outgoing body.
	 */
	public BodyPipe(Publisher<? extends DataBuffer> source, LongPredicate endsWith, BodyFilter filter,
			DataBufferFactory buffers) {
		this.filter = filter;
		this.output = new BodyOutput(buffers, filter);
		this.source = new BodySource(source, endsWith, filter, this.output);
		this.pump = new BodyPump(this.source, filter, this, this.output);
		this.events = new SerialEvents<>(this.pump);
	}

	/**
	 * Shows the body to the filter while its headers are paused. {@code next} follows
	 * when the headers may be sent, with {@code Continue}, or with the decision that
	 * replaces the body.
	 */
	public Mono<Void> hold(Function<Decision, Mono<Void>> next) {
		return headers(false, next);
	}

	/**
	 * Runs the whole body through the filter while its headers wait. {@code next} follows
	 * when the end has been reached, with {@code Continue}, or with the decision that
	 * replaces the body.
	 */
	public Mono<Void> gather(Function<Decision, Mono<Void>> next) {
		return headers(true, next);
	}

	private Mono<Void> headers(boolean toTheEnd, Function<Decision, Mono<Void>> next) {
		WaitingHeaders headers = new WaitingHeaders(this, toTheEnd, next);
		this.output.hold(headers);
		this.started = true;
		return headers;
	}

	/** Returns whether {@link #hold} or {@link #gather} has been called. */
	public boolean isStarted() {
		return this.started;
	}

	@Override
	public Publisher<? extends DataBuffer> unread() {
		return (this.started || this.output.hasReceiver()) ? this : FilteredBody.unread(this.source.body());
	}

	/** Starts the body before it has a receiver. */
	void start() {
		this.source.start(this.events);
	}

	/**
	 * Returns the whole outgoing body, if its headers waited for its end, or {@code
	 * null}. A caller that uses it does not subscribe.
	 */
	public @Nullable WholeBody whole() {
		return this.output.whole();
	}

	/** Returns the exception that ends the body with this decision. */
	public BodyRefusedException refusal(Decision decision) {
		return new BodyRefusedException(this.filter, decision);
	}

	@Override
	public void subscribe(CoreSubscriber<? super DataBuffer> actual) {
		this.events.apply(this::receive, actual);
	}

	private void receive(BodyPump pump, CoreSubscriber<? super DataBuffer> actual) {
		if (this.output.hasReceiver()) {
			Operators.error(actual, new IllegalStateException("The body has been through a Wasm filter and cannot"
					+ " be read again; only the Retry filter makes the gateway keep it"));
			return;
		}
		this.output.receiver(actual, new Demand());
		if (!this.started && !this.source.isStarted()) {
			this.source.start(this.events);
		}
	}

	/** Applies a decision of the filter. */
	@Override
	public void accept(Decision decision) {
		this.events.apply(BodyPump::decided, decision);
		if (decision instanceof Decision.Inject) {
			sendHeaders();
		}
	}

	/** Ends the body, because nothing is going to receive it. */
	void cancelled() {
		this.events.apply(BodyPump::cancelled);
	}

	/**
	 * Sets the next pipe of this body. It stops gathering when this pipe's filter injects
	 * a part of the body.
	 */
	public void next(BodyPipe pipe) {
		this.next = pipe;
	}

	/**
	 * Stops gathering in the following pipes, because the filter wants the client to
	 * receive its bytes immediately.
	 */
	private void sendHeaders() {
		BodyPipe pipe = this.next;
		if (pipe != null) {
			pipe.events.apply(BodyPump::stopGathering);
			pipe.sendHeaders();
		}
	}

	/**
	 * Returns whether the filter has decided on the end, and all of the outgoing body has
	 * been taken.
	 */
	public boolean isAtEnd() {
		return this.pump.isEmptyAtEnd();
	}

	/**
	 * Returns whether the filter has released bytes together with the end of the body, so
	 * that the next filter sees the end with the last bytes.
	 */
	public boolean endsWithBytes() {
		return this.pump.endsWithBytes();
	}

	/** The subscriber's demand for body chunks. */
	private final class Demand implements Subscription {

		@Override
		public void request(long count) {
			BodyPipe.this.events.apply((pump) -> BodyPipe.this.output.demanded(count));
		}

		@Override
		public void cancel() {
			cancelled();
		}

	}

}
