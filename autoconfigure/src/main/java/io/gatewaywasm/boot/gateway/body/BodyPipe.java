package io.gatewaywasm.boot.gateway.body;

import java.util.function.LongPredicate;

import io.gatewaywasm.host.spi.Decision;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;
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
 * <h2>Threads</h2> {@link SerialTasks} runs all events one after the other.
 */
public final class BodyPipe extends Flux<DataBuffer> {

	/**
	 * Maximum announced length of a body that is gathered so that its new length is
	 * known.
	 */
	public static final int SMALL = 64 * 1024;

	private final Publisher<? extends DataBuffer> source;

	private final LongPredicate endsWith;

	private final BodyFilter filter;

	private final BodyOutput output;

	private final BodyPump pump;

	private final SerialTasks tasks = new SerialTasks();

	private volatile @Nullable BodyPipe next;

	private boolean started;

	/**
	 * Creates a pipe. {@code endsWith} says whether a message of this many bytes has
	 * arrived whole, its last bytes together with its end; {@code buffers} creates the
	 * buffers of the outgoing body.
	 */
	public BodyPipe(Publisher<? extends DataBuffer> source, LongPredicate endsWith, BodyFilter filter,
			DataBufferFactory buffers) {
		this.source = source;
		this.endsWith = endsWith;
		this.filter = filter;
		this.output = new BodyOutput(buffers);
		this.pump = new BodyPump(filter, this::decided, this.output);
	}

	/**
	 * Starts the body while its headers are paused. Emits {@code Continue} when the
	 * headers may be sent, or the decision that replaces the body.
	 */
	public Mono<Decision> hold() {
		return start(false);
	}

	/**
	 * Runs the whole body through the filter while its headers wait. Emits {@code
	 * Continue} when the end has been reached, or the decision that replaces the body.
	 */
	public Mono<Decision> gather() {
		return start(true);
	}

	private Mono<Decision> start(boolean toTheEnd) {
		Sinks.One<Decision> sink = Sinks.one();
		this.pump.hold(sink, toTheEnd);
		this.started = true;
		// Until the body has a receiver, nothing else cancels it
		return Mono.defer(() -> {
			this.source.subscribe(new Source());
			return sink.asMono();
		}).doOnCancel(() -> then(this.pump::cancelled));
	}

	/** Returns whether {@link #hold} or {@link #gather} has been called. */
	public boolean isStarted() {
		return this.started;
	}

	/** Returns the body ahead of the filters that have not started to read it. */
	public Publisher<? extends DataBuffer> unread() {
		if (this.started || this.output.hasReceiver()) {
			return this;
		}
		return (this.source instanceof BodyPipe before) ? before.unread() : this.source;
	}

	/**
	 * Returns the whole outgoing body, if its headers waited for its end, or {@code
	 * null}. A caller that uses it does not subscribe.
	 */
	public @Nullable WholeBody whole() {
		return this.pump.whole();
	}

	/** Returns the exception that ends the body with this decision. */
	public BodyRefusedException refusal(Decision decision) {
		return new BodyRefusedException(this.filter, decision);
	}

	@Override
	public void subscribe(CoreSubscriber<? super DataBuffer> actual) {
		then(() -> {
			if (this.output.hasReceiver()) {
				Operators.error(actual, new IllegalStateException("The body has been through a Wasm filter and cannot"
						+ " be read again; only the Retry filter makes the gateway keep it"));
				return;
			}
			this.output.receiver(actual, new Demand());
			if (!this.started && !this.pump.hasSource()) {
				this.source.subscribe(new Source());
			}
		});
	}

	/** Applies a decision of the filter. */
	public void decided(Decision decision) {
		then(() -> this.pump.decided(decision, () -> refusal(decision)));
		if (decision instanceof Decision.Inject) {
			sendHeaders();
		}
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
			pipe.then(pipe.pump::stopGathering);
			pipe.sendHeaders();
		}
	}

	private void then(Runnable event) {
		this.tasks.run(() -> {
			try {
				event.run();
				this.pump.pump();
			}
			catch (RuntimeException | Error ex) {
				// For example no memory for the chunk. Without an end, the source's
				// connection would not be released
				this.pump.broken(ex);
				throw ex;
			}
		});
	}

	/**
	 * Returns whether the source's latest chunk is also its last one: a whole local
	 * response, or the rest that the filter ahead buffered until the end.
	 */
	private boolean isLast() {
		boolean ended = this.source instanceof Mono || (this.source instanceof BodyPipe pipe && pipe.isAtEnd())
				|| (this.source instanceof FramedBody framed && framed.isAtEnd());
		return ended && !this.filter.hasTrailers();
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

	/** Receives the incoming body. */
	private final class Source implements CoreSubscriber<DataBuffer> {

		/** The number of bytes received. */
		private long bytes;

		@Override
		public Context currentContext() {
			return BodyPipe.this.output.context();
		}

		@Override
		public void onSubscribe(Subscription subscription) {
			then(() -> BodyPipe.this.pump.source(subscription));
		}

		@Override
		public void onNext(DataBuffer buffer) {
			byte[] chunk = copy(buffer);
			boolean last = isLast();
			this.bytes += chunk.length;
			boolean mayBeLast = !last && BodyPipe.this.endsWith.test(this.bytes);
			then(() -> {
				if (mayBeLast) {
					BodyPipe.this.pump.chunkBeforeEnd(chunk);
				}
				else {
					BodyPipe.this.pump.chunk(chunk, last);
				}
			});
		}

		private byte[] copy(DataBuffer buffer) {
			try {
				byte[] chunk = new byte[buffer.readableByteCount()];
				buffer.read(chunk);
				return chunk;
			}
			catch (RuntimeException | Error ex) {
				then(() -> BodyPipe.this.pump.broken(ex));
				throw ex;
			}
			finally {
				DataBufferUtils.release(buffer);
			}
		}

		@Override
		public void onError(Throwable error) {
			then(() -> BodyPipe.this.pump.sourceFailed(error));
		}

		@Override
		public void onComplete() {
			then(BodyPipe.this.pump::sourceCompleted);
		}

	}

	/** The subscriber's demand for body chunks. */
	private final class Demand implements Subscription {

		@Override
		public void request(long count) {
			then(() -> BodyPipe.this.output.demanded(count));
		}

		@Override
		public void cancel() {
			then(BodyPipe.this.pump::cancelled);
		}

	}

}
