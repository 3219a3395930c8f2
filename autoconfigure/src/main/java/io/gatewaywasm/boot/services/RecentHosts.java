package io.gatewaywasm.boot.services;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The hosts that were called recently, of those that guests can choose. Their number is
 * limited, because each has a pool of connections for a while. Thread-safe.
 */
final class RecentHosts {

	static final int MAX_HOSTS = 1000;

	/** Longer than the pool of an unused host stays. */
	static final Duration RECENT = Duration.ofMinutes(2);

	private final LongSupplier clock;

	/** The times of the last calls, the least recent one first. */
	private final Map<String, Long> calledAt = new LinkedHashMap<>(16, 0.75f, true);

	RecentHosts(LongSupplier clock) {
		this.clock = clock;
	}

	/** Records a call. Returns {@code false} if too many other hosts were called. */
	synchronized boolean add(String host) {
		long now = this.clock.getAsLong();
		var oldest = this.calledAt.values().iterator();
		while (oldest.hasNext() && now - oldest.next() > RECENT.toNanos()) {
			oldest.remove();
		}
		if (this.calledAt.size() >= MAX_HOSTS && !this.calledAt.containsKey(host)) {
			return false;
		}
		this.calledAt.put(host, now);
		return true;
	}

}
