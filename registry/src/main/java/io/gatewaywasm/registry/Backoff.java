package io.gatewaywasm.registry;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Delays between attempts: the maximum doubles with each attempt, and half of it is
 * random, so that gateways that failed together do not try again together.
 *
 * @param shortest the maximum delay after the first attempt
 * @param longest the maximum delay after any attempt
 */
public record Backoff(Duration shortest, Duration longest) {

	private static final int MAX_DOUBLINGS = 16;

	/**
	 * Returns the delay after an attempt.
	 * @param attempt the number of the attempt, from 0
	 */
	public Duration after(int attempt) {
		long maximum = Math.min(this.shortest.toMillis() << Math.min(attempt, MAX_DOUBLINGS), this.longest.toMillis());
		return Duration.ofMillis(ThreadLocalRandom.current().nextLong(maximum / 2, maximum + 1));
	}

}
