package io.gatewaywasm.boot.gateway.body;

import java.util.ArrayList;
import java.util.List;

import io.gatewaywasm.host.spi.Decision;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;

/**
 * The output of a body's filter on its way to the receiver, and the headers ahead of it.
 * Methods that call others, {@link #emit} and {@link #end}, are for actions; the rest
 * only changes the state.
 */
final class BodyOutput {

	/**
	 * The bytes of output after which the headers no longer wait for the end: a filter
	 * can make a small body large.
	 */
	static final int MAX_GATHERED = 16 * BodyPipe.SMALL;

	private final DataBufferFactory buffers;

	private final BodyFilter filter;

	private final BodyParts parts = new BodyParts();

	/** The headers, if they wait for the body. */
	private @Nullable WaitingHeaders headers;

	/** Callbacks to run when the injected bytes are on their way to the client. */
	private @Nullable List<Runnable> injections;

	private @Nullable CoreSubscriber<? super DataBuffer> receiver;

	private long demand;

	private @Nullable Throwable failure;

	private volatile @Nullable WholeBody whole;

	/** The bytes that the filter's stream counts. */
	private long counted;

	/**
	 * The size of the part that was emitted last, if it is large and counts. It may wait
	 * in the receiver's connection, which asks for many parts in advance.
	 */
	private long emitted;

	BodyOutput(DataBufferFactory buffers, BodyFilter filter) {
		this.buffers = buffers;
		this.filter = filter;
	}

	/** Keeps the output until there is a receiver, after the headers. */
	void hold(WaitingHeaders waiting) {
		this.headers = waiting;
	}

	/** Releases the headers, if they wait, with a decision. */
	void release(Decision decision) {
		if (this.headers != null) {
			this.headers.release(decision);
		}
	}

	/** Passes a failure to the headers, if they wait. */
	void fail(Throwable error) {
		if (this.headers != null) {
			this.headers.fail(error);
		}
	}

	void add(byte[] part) {
		this.parts.add(part);
	}

	/** Returns whether headers wait even though there is output. */
	boolean keepsHeaders() {
		return isGathered() && this.parts.bytes() <= MAX_GATHERED && count();
	}

	/**
	 * Counts the output that has not been taken. Returns whether the bodies of all
	 * streams are within the limit.
	 */
	boolean count() {
		long change = this.parts.memory() + this.emitted - this.counted;
		this.counted += change;
		return change == 0 || this.filter.buffer(change);
	}

	private boolean isHeld() {
		return this.headers != null && this.headers.areWaiting();
	}

	private boolean isGathered() {
		return this.headers != null && this.headers.areWaitingForTheEnd();
	}

	/** Records a callback to run when all output up to now has been taken. */
	void onTaken(Runnable callback) {
		List<Runnable> open = this.injections;
		if (open == null) {
			open = new ArrayList<>();
			this.injections = open;
		}
		open.add(callback);
	}

	boolean isEmpty() {
		return this.parts.isEmpty();
	}

	void clear() {
		this.parts.clear();
		this.emitted = 0;
	}

	/**
	 * Records that the output has ended. If headers wait, they leave with the whole
	 * output. If there is a receiver later, it gets the output as a single part.
	 */
	void complete() {
		if (isHeld()) {
			this.whole = this.parts.whole();
			release(Decision.Continue.INSTANCE);
		}
	}

	/** Returns the whole output if it was kept until the end, or {@code null}. */
	@Nullable WholeBody whole() {
		return this.whole;
	}

	void receiver(CoreSubscriber<? super DataBuffer> subscriber, Subscription subscription) {
		if (this.whole != null) {
			this.parts.join();
		}
		this.receiver = subscriber;
		subscriber.onSubscribe(subscription);
	}

	boolean hasReceiver() {
		return this.receiver != null;
	}

	Context context() {
		return (this.receiver != null) ? this.receiver.currentContext() : Context.empty();
	}

	void demanded(long count) {
		this.demand = Operators.addCap(this.demand, count);
	}

	/** Returns whether the headers or the receiver wait for the next part. */
	boolean isWanted() {
		return isGathered() || (this.parts.isEmpty() && (this.demand > 0 || isHeld()));
	}

	/** Emits the headers and as much as the receiver has requested. */
	void emit() {
		if (this.headers != null) {
			this.headers.deliver();
		}
		CoreSubscriber<? super DataBuffer> subscriber = this.receiver;
		while (subscriber != null && this.demand > 0) {
			byte[] part = this.parts.poll();
			if (part == null) {
				return;
			}
			this.demand--;
			this.emitted = (part.length > BodyPipe.SMALL && this.filter.countsSentPart()) ? part.length : 0;
			subscriber.onNext(this.buffers.wrap(part));
		}
	}

	/** Runs the callbacks of injected bytes if all output has been taken. */
	void runCallbacks() {
		List<Runnable> open = this.injections;
		if (open != null && this.parts.isEmpty()) {
			this.injections = null;
			open.forEach(Runnable::run);
		}
	}

	/** Sets the error with which the body is going to end. */
	void endWith(Throwable error) {
		this.failure = error;
	}

	/** Ends the body with its error, or normally if there is none. */
	void end() {
		CoreSubscriber<? super DataBuffer> subscriber = this.receiver;
		if (subscriber != null && this.failure != null) {
			subscriber.onError(this.failure);
		}
		else if (subscriber != null) {
			subscriber.onComplete();
		}
	}

}
