package io.gatewaywasm.boot.redis;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The delay between attempts to connect, which grows with each failure. Not thread-safe.
 */
final class ReconnectDelay {

	private static final long MIN_MILLIS = 100;

	private final long maxMillis;

	private int failures;

	ReconnectDelay(Duration maximum) {
		this.maxMillis = maximum.toMillis();
	}

	/**
	 * Returns the delay in milliseconds after another failure. It is random, which
	 * prevents all gateways from connecting at the same time.
	 */
	long next() {
		long delay = Math.min(MIN_MILLIS << Math.min(this.failures, 10), this.maxMillis);
		this.failures++;
		return delay - ThreadLocalRandom.current().nextLong(delay / 2 + 1);
	}

	/** Begins again with the shortest delay. */
	void reset() {
		this.failures = 0;
	}

}
