package io.gatewaywasm.boot.gateway.body;

import java.util.Objects;
import java.util.function.LongPredicate;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;

/**
 * The subscription to the incoming body of a {@link BodyPump}, and its progress.
 */
final class BodySource implements CoreSubscriber<DataBuffer> {

	private final Publisher<? extends DataBuffer> body;

	private final LongPredicate endsWith;

	private final BodyFilter filter;

	private final BodyOutput output;

	/** Receives the signals of the source, once it is started. */
	private @Nullable SerialEvents<BodyPump> events;

	private @Nullable Subscription subscription;

	/** The number of bytes received. */
	private long bytes;

	private boolean done;

	/** The chunk that is kept back, or {@code null}. */
	private byte @Nullable [] kept;

	/** Whether the chunk follows one that was kept back, so that it need not wait. */
	private boolean following;

	/**
	 * Creates a source. {@code endsWith} says whether a message of this many bytes has
	 * arrived whole, its last bytes together with its end.
	 */
	BodySource(Publisher<? extends DataBuffer> body, LongPredicate endsWith, BodyFilter filter, BodyOutput output) {
		this.body = body;
		this.endsWith = endsWith;
		this.filter = filter;
		this.output = output;
	}

	Publisher<? extends DataBuffer> body() {
		return this.body;
	}

	/** Starts the source, which passes its signals as events. */
	void start(SerialEvents<BodyPump> receiver) {
		this.events = receiver;
		this.body.subscribe(this);
	}

	@Override
	public Context currentContext() {
		return this.output.context();
	}

	@Override
	public void onSubscribe(Subscription to) {
		events().apply(BodyPump::source, to);
	}

	@Override
	public void onNext(DataBuffer buffer) {
		byte[] chunk = copy(buffer);
		this.bytes += chunk.length;
		if (isLast()) {
			events().apply(BodyPump::lastChunk, chunk);
		}
		else if (this.endsWith.test(this.bytes)) {
			events().apply(BodyPump::chunkBeforeEnd, chunk);
		}
		else {
			events().apply(BodyPump::chunk, chunk);
		}
	}

	private byte[] copy(DataBuffer buffer) {
		try {
			byte[] chunk = new byte[buffer.readableByteCount()];
			buffer.read(chunk);
			return chunk;
		}
		catch (RuntimeException | Error ex) {
			events().apply(BodyPump::failed, ex);
			throw ex;
		}
		finally {
			DataBufferUtils.release(buffer);
		}
	}

	/**
	 * Returns whether the latest chunk is also the last one: a whole local response, or
	 * the rest that the filter ahead buffered until the end.
	 */
	private boolean isLast() {
		boolean ended = this.body instanceof Mono || (this.body instanceof BodyPipe pipe && pipe.isAtEnd())
				|| (this.body instanceof FramedBody framed && framed.isAtEnd());
		return ended && !this.filter.hasTrailers();
	}

	@Override
	public void onError(Throwable error) {
		events().apply(BodyPump::sourceFailed, error);
	}

	@Override
	public void onComplete() {
		events().apply(BodyPump::sourceCompleted);
	}

	private SerialEvents<BodyPump> events() {
		return Objects.requireNonNull(this.events, "The source has not been started");
	}

	/** Sets the subscription, or cancels it if the body is no longer wanted. */
	void subscribed(Subscription to, boolean wanted) {
		this.subscription = to;
		if (!wanted) {
			to.cancel();
			this.done = true;
		}
	}

	boolean isStarted() {
		return this.events != null;
	}

	boolean isSubscribed() {
		return this.subscription != null;
	}

	/** Returns whether the source has ended, failed, or been cancelled. */
	boolean isDone() {
		return this.done;
	}

	/** Records that nothing follows. */
	void done() {
		this.done = true;
	}

	void request() {
		if (this.subscription != null) {
			this.subscription.request(1);
		}
	}

	void cancel() {
		if (this.subscription != null && !this.done) {
			this.subscription.cancel();
		}
	}

	/**
	 * Cancels the source, of which nothing more is expected. Without a subscription,
	 * {@link #subscribed} cancels it later.
	 */
	void stop() {
		cancel();
		this.done |= isSubscribed();
	}

	/** Keeps a chunk back until the next signal, and requests that signal. */
	void keepBack(byte[] chunk) {
		this.kept = chunk;
		this.following = false;
		request();
	}

	boolean keepsChunkBack() {
		return this.kept != null;
	}

	/**
	 * Returns the chunk that was kept back. It was not the last one, and the chunk that
	 * follows it takes its place, without waiting for another signal.
	 */
	byte[] replaceKept(byte[] next) {
		byte[] before = Objects.requireNonNull(this.kept, "No chunk is waiting");
		this.kept = next;
		this.following = true;
		return before;
	}

	/**
	 * Removes and returns the chunk that took the place of another one, or {@code null}.
	 */
	byte @Nullable [] takeFollowing() {
		return this.following ? takeKept() : null;
	}

	/** Removes and returns the chunk that is kept back, or {@code null}. */
	byte @Nullable [] takeKept() {
		byte[] chunk = this.kept;
		this.kept = null;
		this.following = false;
		return chunk;
	}

}
