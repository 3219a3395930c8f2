package io.gatewaywasm.boot.gateway.body;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;

/**
 * The output of a filter until the receiver requests it.
 */
final class BodyOutput {

	/**
	 * Maximum number of parts of a whole body. The buffer of a small part takes more
	 * memory than its bytes.
	 */
	private static final int MAX_PARTS = 16;

	private final DataBufferFactory buffers;

	private final Deque<byte[]> parts = new ArrayDeque<>(2);

	/** The number of bytes in the parts. */
	private long bytes;

	/** Callbacks to run when the injected bytes are on their way to the client. */
	private @Nullable List<Runnable> injections;

	private @Nullable CoreSubscriber<? super DataBuffer> receiver;

	private long demand;

	/** Whether the parts are the whole output. */
	private boolean complete;

	BodyOutput(DataBufferFactory buffers) {
		this.buffers = buffers;
	}

	void add(byte[] part) {
		if (part.length > 0) {
			this.parts.add(part);
			this.bytes += part.length;
		}
	}

	private byte[] remove() {
		byte[] part = this.parts.remove();
		this.bytes -= part.length;
		return part;
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

	/** Returns the number of bytes that wait for the receiver. */
	long bytes() {
		return this.bytes;
	}

	void clear() {
		this.parts.clear();
		this.bytes = 0;
	}

	/**
	 * Returns all parts, which are the whole output; many parts are joined. If there is a
	 * receiver later, it gets them as a single part.
	 */
	WholeBody whole() {
		this.complete = true;
		if (this.parts.size() > MAX_PARTS) {
			add(joined());
		}
		return new WholeBody(List.copyOf(this.parts), (int) this.bytes);
	}

	private byte[] joined() {
		byte[] all = new byte[(int) this.bytes];
		int length = 0;
		while (!this.parts.isEmpty()) {
			byte[] part = remove();
			System.arraycopy(part, 0, all, length, part.length);
			length += part.length;
		}
		return all;
	}

	void receiver(CoreSubscriber<? super DataBuffer> subscriber, Subscription subscription) {
		if (this.complete && this.parts.size() > 1) {
			add(joined());
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

	/** Returns whether the receiver waits for the next part. */
	boolean isWanted() {
		return this.demand > 0 && this.parts.isEmpty();
	}

	/** Emits as much as the receiver has requested. */
	void emit() {
		CoreSubscriber<? super DataBuffer> subscriber = this.receiver;
		while (subscriber != null && this.demand > 0 && !this.parts.isEmpty()) {
			this.demand--;
			subscriber.onNext(this.buffers.wrap(remove()));
		}
	}

	void runCallbacks() {
		List<Runnable> open = this.injections;
		if (open != null && this.parts.isEmpty()) {
			this.injections = null;
			open.forEach(Runnable::run);
		}
	}

	/** Ends the body with an error, or normally if there is none. */
	void end(@Nullable Throwable failure) {
		CoreSubscriber<? super DataBuffer> subscriber = this.receiver;
		if (subscriber != null && failure != null) {
			subscriber.onError(failure);
		}
		else if (subscriber != null) {
			subscriber.onComplete();
		}
	}

}
