package io.gatewaywasm.boot.gateway.body;

import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;

/**
 * The subscription to the incoming body of a {@link BodyPump}, and its progress.
 */
final class BodySource {

	private @Nullable Subscription subscription;

	private boolean done;

	/** The chunk that is kept back, or {@code null}. */
	private byte @Nullable [] kept;

	/** Whether the chunk follows one that was kept back, so that it need not wait. */
	private boolean following;

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
