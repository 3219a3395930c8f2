package io.gatewaywasm.boot.gateway.body;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;

/**
 * The subscription to the incoming body of a {@link BodyPump}, and its progress.
 */
final class BodySource {

	private @Nullable Subscription subscription;

	private boolean done;

	/** A chunk that waits for what follows it, which has already arrived. */
	private byte @Nullable [] ahead;

	/** Sets the subscription, or cancels it if the body is no longer wanted. */
	void subscribed(Subscription to, boolean wanted) {
		this.subscription = to;
		if (!wanted) {
			to.cancel();
			this.done = true;
		}
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
	 * Keeps a chunk back until the next signal. Returns the chunk that was kept back
	 * before, or {@code null} if there was none; then the next signal is requested.
	 */
	byte @Nullable [] keepBack(byte[] chunk) {
		byte[] before = this.ahead;
		this.ahead = chunk;
		if (before == null) {
			request();
		}
		return before;
	}

	/** Removes and returns the chunk that is kept back, or {@code null}. */
	byte @Nullable [] last() {
		byte[] last = this.ahead;
		this.ahead = null;
		return last;
	}

}
