package io.gatewaywasm.host.plugin;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * How long to wait before something is tried again that keeps failing: not at all for the
 * first times, then from a second to a minute and up to half as much again, so that VMs
 * that were lost together do not all come back at once.
 */
final class Backoff {

	private static final int IMMEDIATE = 3;

	private static final int LONGEST_SECONDS = 60;

	private static final int MAX_DOUBLINGS = 6;

	private final DoubleSupplier jitter;

	/**
	 * Create a new back-off.
	 * @param jitter gives numbers from 0 to 1
	 */
	Backoff(DoubleSupplier jitter) {
		this.jitter = jitter;
	}

	/**
	 * Return how long to wait.
	 * @param failures how often it has failed in a row
	 * @return the time, zero for the first failures
	 */
	Duration after(int failures) {
		if (failures <= IMMEDIATE) {
			return Duration.ZERO;
		}
		int doublings = Math.min(MAX_DOUBLINGS, failures - IMMEDIATE - 1);
		double seconds = Math.min(LONGEST_SECONDS, 1 << doublings);
		return Duration.ofMillis((long) (1000 * seconds * (1 + this.jitter.getAsDouble() / 2)));
	}

	/**
	 * Return how long to wait when the first failure is no reason to try again at once.
	 * @param failures how often it has failed in a row
	 * @return the time
	 */
	Duration afterEach(int failures) {
		return after(failures + IMMEDIATE);
	}

}
