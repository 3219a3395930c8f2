package io.gatewaywasm.boot.gateway;

import java.util.ArrayDeque;
import java.util.Deque;
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

	private static final byte[] NOTHING = new byte[0];

	/** Shows a part of the body to the filter. */
	@FunctionalInterface
	interface Filter {

		void chunk(byte[] chunk, boolean endOfStream, Consumer<Decision> decision);

	}

	private final ExchangeStream stream;

	private final Publisher<? extends DataBuffer> source;

	private final Filter filter;

	private final DataBufferFactory buffers;

	private final long announcedLength;

	private final SerialTasks tasks = new SerialTasks();

	private final Deque<byte[]> output = new ArrayDeque<>(2);

	private @Nullable Subscription upstream;

	private @Nullable CoreSubscriber<? super DataBuffer> downstream;

	private Sinks.@Nullable One<Decision> held;

	private @Nullable Throwable failure;

	private long demand;

	private long received;

	private boolean started;

	private boolean gathering;

	private boolean requested;

	private boolean atFilter;

	private boolean sourceDone;

	private boolean endGiven;

	private boolean ended;

	private boolean over;

	private volatile long wholeLength = -1;

	/**
	 * Create a new pipe.
	 * @param stream the stream of the filter
	 * @param source the body as it comes
	 * @param filter shows parts of the body to the filter
	 * @param buffers makes buffers for the body as it goes
	 * @param announcedLength the length that the body should have, or -1
	 */
	BodyPipe(ExchangeStream stream, Publisher<? extends DataBuffer> source, Filter filter, DataBufferFactory buffers,
			long announcedLength) {
		this.stream = stream;
		this.source = source;
		this.filter = filter;
		this.buffers = buffers;
		this.announcedLength = announcedLength;
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
		this.gathering = toTheEnd;
		this.started = true;
		this.held = sink;
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
	 * Return what became of the body.
	 * @param decision what is to be done instead of sending it
	 * @return the refusal
	 */
	BodyRefusedException refusal(Decision decision) {
		return new BodyRefusedException(this.stream, decision);
	}

	/**
	 * Return the length of the body as it goes, if the whole of it is there.
	 * @return the length in bytes, or -1
	 */
	long wholeLength() {
		return this.wholeLength;
	}

	@Override
	public void subscribe(CoreSubscriber<? super DataBuffer> actual) {
		this.tasks.run(() -> {
			if (this.downstream != null) {
				Operators.error(actual, new IllegalStateException("The body has been through a Wasm filter and cannot"
						+ " be read again; only the Retry filter makes the gateway keep it"));
				return;
			}
			this.downstream = actual;
			actual.onSubscribe(new Demand());
			if (this.upstream == null && !this.sourceDone) {
				this.source.subscribe(new Source());
			}
			pump();
		});
	}

	private void pump() {
		CoreSubscriber<? super DataBuffer> receiver = this.downstream;
		while (!this.over && receiver != null && this.demand > 0 && !this.output.isEmpty()) {
			this.demand--;
			receiver.onNext(this.buffers.wrap(this.output.remove()));
		}
		if (this.over || finish(receiver)) {
			return;
		}
		if (this.upstream == null || this.requested) {
			return;
		}
		if (this.endGiven) {
			awaitCompletion(this.upstream);
			return;
		}
		if (this.atFilter) {
			return;
		}
		if (this.sourceDone) {
			give(NOTHING, true);
		}
		else if (this.gathering || (this.output.isEmpty() && (this.demand > 0 || this.held != null))) {
			this.requested = true;
			this.upstream.request(1);
		}
	}

	/**
	 * All announced bytes are here: what is left is the source's word that this is all.
	 */
	private void awaitCompletion(Subscription source) {
		if (!this.sourceDone) {
			this.requested = true;
			source.request(Long.MAX_VALUE);
		}
	}

	private boolean finish(@Nullable CoreSubscriber<? super DataBuffer> receiver) {
		if (this.failure != null && receiver != null) {
			this.over = true;
			receiver.onError(this.failure);
			return true;
		}
		if (this.ended && this.sourceDone && this.output.isEmpty() && receiver != null) {
			this.over = true;
			receiver.onComplete();
			return true;
		}
		return this.failure != null;
	}

	private void give(byte[] chunk, boolean end) {
		this.atFilter = true;
		this.endGiven = end;
		this.filter.chunk(chunk, end, (decision) -> this.tasks.run(() -> decided(decision)));
	}

	private void decided(Decision decision) {
		if (this.over || this.failure != null) {
			return;
		}
		if (decision instanceof Decision.Release release) {
			send(release.data());
		}
		else {
			this.atFilter = false;
			if (decision instanceof Decision.Forward forward) {
				this.ended |= forward.endOfStream();
				send(forward.data());
			}
			else if (decision instanceof Decision.Reply || decision instanceof Decision.Reset) {
				refuse(decision);
			}
		}
		pump();
	}

	private void send(byte[] data) {
		if (data.length > 0) {
			this.output.add(data);
		}
		Sinks.One<Decision> waiting = this.held;
		if (waiting != null && (this.ended || !this.gathering)) {
			this.held = null;
			this.gathering = false;
			if (this.ended) {
				this.wholeLength = this.output.stream().mapToLong((part) -> part.length).sum();
			}
			waiting.tryEmitValue(Decision.Continue.INSTANCE);
		}
	}

	private void refuse(Decision decision) {
		stop(refusal(decision));
		Sinks.One<Decision> waiting = this.held;
		if (waiting != null) {
			this.held = null;
			waiting.tryEmitValue(decision);
		}
	}

	private void stop(Throwable reason) {
		this.failure = reason;
		this.output.clear();
		if (this.upstream != null && !this.sourceDone) {
			this.upstream.cancel();
		}
	}

	/** Takes the body as it comes. */
	private final class Source implements CoreSubscriber<DataBuffer> {

		@Override
		public Context currentContext() {
			CoreSubscriber<? super DataBuffer> receiver = BodyPipe.this.downstream;
			return (receiver != null) ? receiver.currentContext() : Context.empty();
		}

		@Override
		public void onSubscribe(Subscription subscription) {
			BodyPipe.this.tasks.run(() -> {
				BodyPipe.this.upstream = subscription;
				if (BodyPipe.this.over) {
					subscription.cancel();
				}
				pump();
			});
		}

		@Override
		public void onNext(DataBuffer buffer) {
			byte[] chunk = new byte[buffer.readableByteCount()];
			buffer.read(chunk);
			DataBufferUtils.release(buffer);
			BodyPipe.this.tasks.run(() -> {
				BodyPipe.this.requested = false;
				if (!BodyPipe.this.over && BodyPipe.this.failure == null && chunk.length > 0
						&& !BodyPipe.this.endGiven) {
					BodyPipe.this.received += chunk.length;
					give(chunk, BodyPipe.this.received == BodyPipe.this.announcedLength);
				}
				pump();
			});
		}

		@Override
		public void onError(Throwable error) {
			BodyPipe.this.tasks.run(() -> {
				BodyPipe.this.sourceDone = true;
				if (BodyPipe.this.failure == null) {
					stop(error);
				}
				Sinks.One<Decision> waiting = BodyPipe.this.held;
				if (waiting != null) {
					BodyPipe.this.held = null;
					waiting.tryEmitError(error);
				}
				pump();
			});
		}

		@Override
		public void onComplete() {
			BodyPipe.this.tasks.run(() -> {
				BodyPipe.this.sourceDone = true;
				BodyPipe.this.requested = false;
				pump();
			});
		}

	}

	/** Takes the wishes of whom the body goes to. */
	private final class Demand implements Subscription {

		@Override
		public void request(long count) {
			BodyPipe.this.tasks.run(() -> {
				BodyPipe.this.demand = Operators.addCap(BodyPipe.this.demand, count);
				pump();
			});
		}

		@Override
		public void cancel() {
			BodyPipe.this.tasks.run(() -> {
				BodyPipe.this.over = true;
				BodyPipe.this.output.clear();
				if (BodyPipe.this.upstream != null && !BodyPipe.this.sourceDone) {
					BodyPipe.this.upstream.cancel();
				}
			});
		}

	}

}
