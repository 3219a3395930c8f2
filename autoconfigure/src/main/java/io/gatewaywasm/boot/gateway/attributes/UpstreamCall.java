package io.gatewaywasm.boot.gateway.attributes;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * The call of an exchange to its upstream: its times, and how it failed. Each attempt of
 * the Retry filter starts again. Only {@code requested} is volatile, because the threads
 * that pass the request and its response on already order the other fields.
 */
public final class UpstreamCall {

	private static final long NEVER = Long.MIN_VALUE;

	private volatile long requested = NEVER;

	private long connected = NEVER;

	private long responded = NEVER;

	private boolean sent;

	private @Nullable Throwable failure;

	/** Records that the request is about to be sent. */
	public void requested() {
		this.connected = NEVER;
		this.responded = NEVER;
		this.sent = false;
		this.failure = null;
		this.requested = System.nanoTime();
	}

	/** Records that the request to the upstream has a connection. */
	public void connected() {
		this.connected = System.nanoTime();
	}

	/** Records that the whole request has been sent. */
	public void sent() {
		this.sent = true;
	}

	/**
	 * Records that no response has arrived. If Netty cannot decode it, the failure can be
	 * an exception of any type. Before the whole request has been sent, it can come from
	 * the request's body instead, and is not recorded.
	 */
	public void failed(Throwable failure) {
		if (this.sent) {
			this.failure = failure;
		}
	}

	/** Returns whether the upstream's response failed with this exception. */
	public boolean failedWith(Throwable failure) {
		return this.failure == failure;
	}

	/** Records the end of the response. */
	public void responded() {
		this.responded = System.nanoTime();
	}

	/** Returns the time until the connection was ready, or {@code null} before. */
	@Nullable Duration poolReady() {
		return between(this.requested, this.connected);
	}

	/**
	 * Returns the time from the first byte of the request to the last byte of the
	 * response, or {@code null} before.
	 */
	@Nullable Duration backendLatency() {
		return between(this.connected, this.responded);
	}

	private static @Nullable Duration between(long from, long to) {
		return (from == NEVER || to == NEVER) ? null : Duration.ofNanos(to - from);
	}

}
