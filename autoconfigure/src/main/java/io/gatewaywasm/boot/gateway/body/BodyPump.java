package io.gatewaywasm.boot.gateway.body;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
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
 * The state machine of a {@link BodyPipe}. Its methods are called one at a time. <pre>
 *  source ──chunk──▶ filter ──decision──▶ output ──demand──▶ receiver
 *    ▲                                      │
 *    └── the next chunk is requested when all of this is done
 * </pre>
 */
final class BodyPump {

	private static final byte[] NOTHING = new byte[0];

	private final BodyPipe.Filter filter;

	private final Consumer<Decision> decisions;

	private final DataBufferFactory buffers;

	private final Deque<byte[]> output = new ArrayDeque<>(2);

	/** Callbacks to run when the injected bytes are on their way to the client. */
	private @Nullable List<Runnable> injections;

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

	/** Creates a pump. The filter passes its decisions to {@code decisions}. */
	BodyPump(BodyPipe.Filter filter, Consumer<Decision> decisions, DataBufferFactory buffers) {
		this.filter = filter;
		this.decisions = decisions;
		this.buffers = buffers;
	}

	/** Returns the whole output if it was kept until the end, or {@code null}. */
	byte @Nullable [] whole() {
		return this.whole;
	}

	Context context() {
		return (this.receiver != null) ? this.receiver.currentContext() : Context.empty();
	}

	boolean hasReceiver() {
		return this.receiver != null;
	}

	/**
	 * Returns whether the filter has decided on the end of the body and all of its output
	 * has been taken.
	 */
	boolean isEmptyAtEnd() {
		return this.ended && this.output.isEmpty();
	}

	boolean hasSource() {
		return this.upstream != null || this.sourceDone;
	}

	/**
	 * Keeps the output until there is a receiver. Notifies {@code sink} when the headers
	 * may be sent; if {@code toTheEnd} is set, only at the end of the body.
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
		if (this.over || this.ended) {
			subscription.cancel();
			this.sourceDone = true;
		}
	}

	void chunk(byte[] chunk, boolean last) {
		this.requested = false;
		if (!this.over && this.failure == null && chunk.length > 0 && !this.endGiven) {
			this.atFilter = true;
			this.endGiven = last;
			this.filter.chunk(chunk, last, this.decisions);
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
		if (decision instanceof Decision.Inject injection) {
			inject(injection);
			return;
		}
		this.atFilter = false;
		if (decision instanceof Decision.Forward forward) {
			this.ended |= forward.endOfStream();
			send(forward.data());
		}
		else if (decision instanceof Decision.Continue) {
			// A decision on the trailers: the stream may end.
			this.ended = true;
			send(NOTHING);
		}
		else if (decision instanceof Decision.Reply || decision instanceof Decision.Reset) {
			stop(refusal.get());
			letGo(decision);
		}
	}

	/**
	 * Sends bytes that the filter injects. Bytes with the end of the stream replace the
	 * rest of the body.
	 */
	private void inject(Decision.Inject injection) {
		List<Runnable> open = this.injections;
		if (open == null) {
			open = new ArrayList<>();
			this.injections = open;
		}
		open.add(injection.sent());
		if (injection.data().length > 0 && !this.ended) {
			this.output.add(injection.data());
		}
		if (injection.endOfStream()) {
			this.ended = true;
			this.endGiven = true;
			cancelSource();
			// Without a subscription, source() cancels it later.
			this.sourceDone |= this.upstream != null;
		}
		else {
			stopGathering();
		}
	}

	/** Lets the headers be sent before the end of the body. */
	void stopGathering() {
		if (!this.ended) {
			letGo(Decision.Continue.INSTANCE);
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
	 * Joins the output when all of it is here and none of it has been taken. This waits
	 * for the source to end, because until then the body can still fail, and a complete
	 * response must not be sent for a failed body.
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
	 * Passes the end of the body to the filter, as trailers or as an empty chunk, unless
	 * it came with the last chunk. The end is never derived from a length, because
	 * filters can change the length.
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
	 * Delivers the output, runs callbacks, and ends the body or requests its next chunk,
	 * until it has to wait.
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
		if (this.output.isEmpty() && this.injections != null) {
			this.injections.forEach(Runnable::run);
			this.injections = null;
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
