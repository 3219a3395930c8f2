package io.gatewaywasm.boot.gateway;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.gatewaywasm.host.spi.Decision;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;
import reactor.util.context.Context;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;

/**
 * What happens in a {@link BodyPipe}, one thing after the other.
 *
 * <pre>
 * source ──chunk──▶ filter ──decision──▶ output ──demand──▶ receiver
 *    ▲                                      │
 *    └── the next is asked for when all of this is done
 * </pre>
 */
final class BodyPump {

	private static final byte[] NOTHING = new byte[0];

	private final BodyPipe.Filter filter;

	private final Consumer<Decision> decisions;

	private final DataBufferFactory buffers;

	private final Deque<byte[]> output = new ArrayDeque<>(2);

	private @Nullable Subscription upstream;

	private @Nullable CoreSubscriber<? super DataBuffer> receiver;

	private Sinks.@Nullable One<Decision> held;

	private boolean gathering;

	private @Nullable Throwable failure;

	private long demand;

	private boolean requested;

	private boolean atFilter;

	private boolean sourceDone;

	private boolean endGiven;

	private boolean ended;

	private boolean over;

	private volatile byte @Nullable [] whole;

	/**
	 * Create a new pump.
	 * @param filter shows parts of the body to the filter
	 * @param decisions what the filter is to give its decisions to
	 * @param buffers makes buffers for the body as it goes
	 */
	BodyPump(BodyPipe.Filter filter, Consumer<Decision> decisions, DataBufferFactory buffers) {
		this.filter = filter;
		this.decisions = decisions;
		this.buffers = buffers;
	}

	/**
	 * Return what comes out, if it was held to the end.
	 * @return all of it, or {@code null}
	 */
	byte @Nullable [] whole() {
		return this.whole;
	}

	Context context() {
		return (this.receiver != null) ? this.receiver.currentContext() : Context.empty();
	}

	boolean hasReceiver() {
		return this.receiver != null;
	}

	boolean hasSource() {
		return this.upstream != null || this.sourceDone;
	}

	/**
	 * Hold what comes out until somebody takes it.
	 * @param sink is told when the headers may go
	 * @param toTheEnd whether that is only at the end of the body
	 */
	void hold(Sinks.One<Decision> sink, boolean toTheEnd) {
		this.held = sink;
		this.gathering = toTheEnd;
	}

	void receiver(CoreSubscriber<? super DataBuffer> subscriber) {
		this.receiver = subscriber;
	}

	void source(Subscription subscription) {
		this.upstream = subscription;
		if (this.over) {
			subscription.cancel();
		}
	}

	void chunk(byte[] chunk) {
		this.requested = false;
		if (!this.over && this.failure == null && chunk.length > 0 && !this.endGiven) {
			this.atFilter = true;
			this.filter.chunk(chunk, false, this.decisions);
		}
	}

	void sourceCompleted() {
		this.sourceDone = true;
		this.requested = false;
	}

	void sourceFailed(Throwable error) {
		this.sourceDone = true;
		if (this.failure == null) {
			stop(error);
		}
		Sinks.One<Decision> waiting = this.held;
		if (waiting != null) {
			this.held = null;
			waiting.tryEmitError(error);
		}
	}

	void demanded(long count) {
		this.demand = Operators.addCap(this.demand, count);
	}

	void cancelled() {
		this.over = true;
		this.output.clear();
		cancelSource();
	}

	void decided(Decision decision, Supplier<? extends Throwable> refusal) {
		if (this.over || this.failure != null) {
			return;
		}
		if (decision instanceof Decision.Release release) {
			send(release.data());
			return;
		}
		this.atFilter = false;
		if (decision instanceof Decision.Forward forward) {
			this.ended |= forward.endOfStream();
			send(forward.data());
		}
		else if (decision instanceof Decision.Continue) {
			// The trailers behind the body may go.
			this.ended = true;
			send(NOTHING);
		}
		else if (decision instanceof Decision.Reply || decision instanceof Decision.Reset) {
			stop(refusal.get());
			letGo(decision);
		}
	}

	private void send(byte[] data) {
		if (data.length > 0) {
			this.output.add(data);
		}
		if (!this.ended && !this.gathering) {
			letGo(Decision.Continue.INSTANCE);
		}
	}

	/**
	 * Everything is here and nobody has taken a part of it. Only now, since until its
	 * source has ended a body can still fail, which nothing on the wire should belie.
	 */
	private void complete() {
		byte[] all = (this.output.size() == 1) ? this.output.remove() : joined();
		if (all.length > 0) {
			this.output.add(all);
		}
		this.whole = all;
		letGo(Decision.Continue.INSTANCE);
	}

	private byte[] joined() {
		byte[] all = new byte[this.output.stream().mapToInt((part) -> part.length).sum()];
		int length = 0;
		while (!this.output.isEmpty()) {
			byte[] part = this.output.remove();
			System.arraycopy(part, 0, all, length, part.length);
			length += part.length;
		}
		return all;
	}

	private void letGo(Decision decision) {
		Sinks.One<Decision> waiting = this.held;
		if (waiting != null) {
			this.held = null;
			this.gathering = false;
			waiting.tryEmitValue(decision);
		}
	}

	/**
	 * The end of a body is marked by its trailers, or by an empty part. It is never
	 * guessed from a length, which filters can change.
	 */
	private void giveEnd() {
		this.atFilter = true;
		this.endGiven = true;
		if (!this.filter.trailers(this.decisions)) {
			this.filter.chunk(NOTHING, true, this.decisions);
		}
	}

	private void stop(Throwable reason) {
		this.failure = reason;
		this.output.clear();
		cancelSource();
	}

	private void cancelSource() {
		if (this.upstream != null && !this.sourceDone) {
			this.upstream.cancel();
		}
	}

	/**
	 * Do what can be done now.
	 */
	void pump() {
		if (this.held != null && this.ended && this.sourceDone) {
			complete();
		}
		CoreSubscriber<? super DataBuffer> subscriber = this.receiver;
		while (!this.over && subscriber != null && this.demand > 0 && !this.output.isEmpty()) {
			this.demand--;
			subscriber.onNext(this.buffers.wrap(this.output.remove()));
		}
		if (!this.over && !finish(subscriber)) {
			ask();
		}
	}

	private boolean finish(@Nullable CoreSubscriber<? super DataBuffer> subscriber) {
		if (this.failure != null && subscriber != null) {
			this.over = true;
			subscriber.onError(this.failure);
		}
		else if (this.ended && this.sourceDone && this.output.isEmpty() && subscriber != null) {
			this.over = true;
			subscriber.onComplete();
		}
		return this.over || this.failure != null;
	}

	private void ask() {
		Subscription source = this.upstream;
		if (source == null || this.requested || this.endGiven || this.atFilter) {
			return;
		}
		if (this.sourceDone) {
			giveEnd();
		}
		else if (wantsMore()) {
			this.requested = true;
			source.request(1);
		}
	}

	private boolean wantsMore() {
		return this.gathering || (this.output.isEmpty() && (this.demand > 0 || this.held != null));
	}

}
