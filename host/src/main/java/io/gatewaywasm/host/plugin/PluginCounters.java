package io.gatewaywasm.host.plugin;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

import org.jspecify.annotations.Nullable;

/**
 * Counts the events of a plugin since its start, across all generations. Thread-safe.
 */
final class PluginCounters {

	private final LongAdder streams = new LongAdder();

	private final LongAdder failures = new LongAdder();

	private final LongAdder localResponses = new LongAdder();

	private final LongAdder pauses = new LongAdder();

	private final LongAdder calls = new LongAdder();

	private volatile PluginStatus.@Nullable Failure lastFailure;

	void streamStarted() {
		this.streams.increment();
	}

	void localResponse() {
		this.localResponses.increment();
	}

	void paused() {
		this.pauses.increment();
	}

	void called() {
		this.calls.increment();
	}

	/**
	 * Records a failure. {@code guestStack} has the functions of the guest that were on
	 * the stack, innermost first.
	 */
	void failed(String message, List<String> guestStack) {
		// In this order, so that a failure that is counted is also described
		this.lastFailure = new PluginStatus.Failure(message, guestStack, Instant.now());
		this.failures.increment();
	}

	/**
	 * Returns the counters together with the number of active streams and the bytes that
	 * are buffered for them.
	 */
	PluginStatus.Counters status(int activeStreams, long bufferedBytes) {
		return new PluginStatus.Counters(activeStreams, bufferedBytes, this.streams.sum(), this.failures.sum(),
				this.localResponses.sum(), this.pauses.sum(), this.calls.sum());
	}

	PluginStatus.@Nullable Failure lastFailure() {
		return this.lastFailure;
	}

}
