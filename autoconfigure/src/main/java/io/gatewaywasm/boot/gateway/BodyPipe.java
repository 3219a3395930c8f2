package io.gatewaywasm.boot.gateway;

import java.util.function.Consumer;

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
 *
 * <h2>Backpressure</h2> One chunk at a time: the next is asked for when the filter has
 * decided on the last, what it sent on is taken, and there is demand for more.
 *
 * <h2>Buffers</h2> Chunks are copied out of their buffers, which are released at once;
 * what the filter sends on is on the heap. There is nothing to release at the end.
 *
 * <h2>Held headers</h2> {@link #hold} starts the body before anybody has subscribed to
 * it, for a filter that wants to see it before the headers go. {@link #gather} does so to
 * the end of a body that is known to be small, so that its new length can be told. What
 * the filter sends on waits for the subscriber.
 *
 * <h2>Threads</h2> All that happens is done one after the other by {@link SerialTasks}.
 */
final class BodyPipe extends Flux<DataBuffer> {

	/** Up to this announced length a body is gathered to learn its new length. */
	static final int SMALL = 64 * 1024;

	/** Shows a part of the body to the filter. */
	@FunctionalInterface
	interface Filter {

		void chunk(byte[] chunk, boolean endOfStream, Consumer<Decision> decision);

		/**
		 * Show the trailers behind a body, if there are any, instead of the end of the
		 * body.
		 * @param decision is told what the filter decides on them
		 * @return whether there are any
		 */
		default boolean trailers(Consumer<Decision> decision) {
			return false;
		}

	}

	private final ExchangeStream stream;

	private final Publisher<? extends DataBuffer> source;

	private final BodyPump pump;

	private final SerialTasks tasks = new SerialTasks();

	private boolean started;

	/**
	 * Create a new pipe.
	 * @param stream the stream of the filter
	 * @param source the body as it comes
	 * @param filter shows parts of the body to the filter
	 * @param buffers makes buffers for the body as it goes
	 */
	BodyPipe(ExchangeStream stream, Publisher<? extends DataBuffer> source, Filter filter, DataBufferFactory buffers) {
		this.stream = stream;
		this.source = source;
		this.pump = new BodyPump(filter, this::decided, buffers);
	}

	/**
	 * Start the body while its headers are held.
	 * @return emits {@code Continue} when the headers may go, or what is to be done
	 * instead
	 */
	Mono<Decision> hold() {
		return start(false);
	}

	/**
	 * Run the whole body through the filter while its headers wait.
	 * @return emits {@code Continue} when the end is here, or what is to be done instead
	 */
	Mono<Decision> gather() {
		return start(true);
	}

	private Mono<Decision> start(boolean toTheEnd) {
		Sinks.One<Decision> sink = Sinks.one();
		this.pump.hold(sink, toTheEnd);
		this.started = true;
		return Mono.defer(() -> {
			this.source.subscribe(new Source());
			return sink.asMono();
		});
	}

	/**
	 * Return whether the body has been started.
	 * @return whether {@link #hold} or {@link #gather} was called
	 */
	boolean isStarted() {
		return this.started;
	}

	/**
	 * Return the body as it goes, if the whole of it is there: its headers were held to
	 * its end. Whoever takes it so need not subscribe.
	 * @return the bytes, not to be changed, or {@code null}
	 */
	byte @Nullable [] whole() {
		return this.pump.whole();
	}

	/**
	 * Return what became of the body.
	 * @param decision what is to be done instead of sending it
	 * @return the refusal
	 */
	BodyRefusedException refusal(Decision decision) {
		return new BodyRefusedException(this.stream, decision);
	}

	@Override
	public void subscribe(CoreSubscriber<? super DataBuffer> actual) {
		this.tasks.run(() -> {
			if (this.pump.hasReceiver()) {
				Operators.error(actual, new IllegalStateException("The body has been through a Wasm filter and cannot"
						+ " be read again; only the Retry filter makes the gateway keep it"));
				return;
			}
			this.pump.receiver(actual);
			actual.onSubscribe(new Demand());
			if (!this.pump.hasSource()) {
				this.source.subscribe(new Source());
			}
			this.pump.pump();
		});
	}

	private void decided(Decision decision) {
		then(() -> this.pump.decided(decision, () -> refusal(decision)));
	}

	private void then(Runnable event) {
		this.tasks.run(() -> {
			event.run();
			this.pump.pump();
		});
	}

	/** Takes the body as it comes. */
	private final class Source implements CoreSubscriber<DataBuffer> {

		@Override
		public Context currentContext() {
			return BodyPipe.this.pump.context();
		}

		@Override
		public void onSubscribe(Subscription subscription) {
			then(() -> BodyPipe.this.pump.source(subscription));
		}

		@Override
		public void onNext(DataBuffer buffer) {
			byte[] chunk = new byte[buffer.readableByteCount()];
			buffer.read(chunk);
			DataBufferUtils.release(buffer);
			then(() -> BodyPipe.this.pump.chunk(chunk));
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

	/** Takes the wishes of whom the body goes to. */
	private final class Demand implements Subscription {

		@Override
		public void request(long count) {
			then(() -> BodyPipe.this.pump.demanded(count));
		}

		@Override
		public void cancel() {
			then(BodyPipe.this.pump::cancelled);
		}

	}

}
