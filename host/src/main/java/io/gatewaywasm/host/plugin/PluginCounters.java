package io.gatewaywasm.host.plugin;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

import org.jspecify.annotations.Nullable;

/**
 * What happened to a plugin since it was started, over all its generations. Thread-safe.
 */
final class PluginCounters {

	/** The last failure and when it was. */
	record LastError(String message, List<String> guestStack, Instant at) {

	}

	private final LongAdder streams = new LongAdder();

	private final LongAdder failures = new LongAdder();

	private final LongAdder localReplies = new LongAdder();

	private final LongAdder pauses = new LongAdder();

	private final LongAdder calls = new LongAdder();

	private volatile @Nullable LastError lastError;

	void streamStarted() {
		this.streams.increment();
	}

	void localReply() {
		this.localReplies.increment();
	}

	void paused() {
		this.pauses.increment();
	}

	void called() {
		this.calls.increment();
	}

	/**
	 * Take note of a failure.
	 * @param message what happened
	 * @param guestStack the guest's functions on the stack, innermost first
	 */
	void failed(String message, List<String> guestStack) {
		this.failures.increment();
		this.lastError = new LastError(message, guestStack, Instant.now());
	}

	long streams() {
		return this.streams.sum();
	}

	long failures() {
		return this.failures.sum();
	}

	long localReplies() {
		return this.localReplies.sum();
	}

	long pauses() {
		return this.pauses.sum();
	}

	long calls() {
		return this.calls.sum();
	}

	@Nullable LastError lastError() {
		return this.lastError;
	}

}
