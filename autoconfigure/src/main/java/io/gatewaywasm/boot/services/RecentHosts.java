package io.gatewaywasm.boot.services;

import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The hosts that each plugin has called recently, of those that guests can choose. Their
 * number is limited for each plugin, because each host has a pool of connections for a
 * while. Thread-safe.
 */
final class RecentHosts {

	/** The maximum number of hosts of a plugin. */
	static final int MAX_HOSTS = 500;

	/** Longer than the pool of an unused host stays. */
	static final Duration RECENT = Duration.ofMinutes(2);

	private final LongSupplier clock;

	/** The times of the last calls, the least recent one first. */
	private final Map<CalledHost, Long> calledAt = new LinkedHashMap<>(16, 0.75f, true);

	/** The number of recent hosts of each plugin. */
	private final Map<String, Integer> numbers = new HashMap<>();

	RecentHosts(LongSupplier clock) {
		this.clock = clock;
	}

	/**
	 * Records a call. Returns {@code false} if the plugin has called too many other
	 * hosts.
	 */
	synchronized boolean add(String plugin, String host) {
		long now = this.clock.getAsLong();
		removeBefore(now - RECENT.toNanos());
		CalledHost called = new CalledHost(plugin, host);
		if (!this.calledAt.containsKey(called)) {
			int number = this.numbers.getOrDefault(plugin, 0);
			if (number >= MAX_HOSTS) {
				return false;
			}
			this.numbers.put(plugin, number + 1);
		}
		this.calledAt.put(called, now);
		return true;
	}

	private void removeBefore(long time) {
		Iterator<Map.Entry<CalledHost, Long>> oldest = this.calledAt.entrySet().iterator();
		while (oldest.hasNext()) {
			Map.Entry<CalledHost, Long> next = oldest.next();
			if (next.getValue() - time >= 0) {
				return;
			}
			this.numbers.computeIfPresent(next.getKey().plugin(), (plugin, number) -> (number > 1) ? number - 1 : null);
			oldest.remove();
		}
	}

	/**
	 * A host that a plugin has called.
	 *
	 * @param plugin the plugin
	 * @param host the host
	 */
	private record CalledHost(String plugin, String host) {

	}

}
