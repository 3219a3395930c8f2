package io.gatewaywasm.host.plugin;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Counts the events of the last minute. Not thread-safe.
 */
final class RecentEvents {

	static final long WINDOW_NANOS = Duration.ofMinutes(1).toNanos();

	private final Deque<Long> times = new ArrayDeque<>();

	/** Adds an event, and returns the number of events in the last minute. */
	int add(long nanoTime) {
		this.times.addLast(nanoTime);
		while (nanoTime - this.times.getFirst() > WINDOW_NANOS) {
			this.times.removeFirst();
		}
		return this.times.size();
	}

	void clear() {
		this.times.clear();
	}

}
