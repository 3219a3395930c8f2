package io.gatewaywasm.host.plugin;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * The delay before a failing operation is tried again. The first failures have no delay.
 * After that it grows from one second to one minute. Up to half of it is added at random,
 * so that VMs that were lost together do not restart together.
 */
final class RestartDelay {

	private static final int IMMEDIATE = 3;

	private static final int LONGEST_SECONDS = 60;

	private static final int MAX_DOUBLINGS = 6;

	private final DoubleSupplier jitter;

	/** Creates a delay with a source of random numbers from 0 to 1. */
	RestartDelay(DoubleSupplier jitter) {
		this.jitter = jitter;
	}

	/**
	 * Returns the delay after a number of consecutive failures, which is zero for the
	 * first ones.
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
	 * Returns the delay after a number of consecutive failures, without an immediate
	 * first retry.
	 */
	Duration afterEach(int failures) {
		return after(failures + IMMEDIATE);
	}

}
