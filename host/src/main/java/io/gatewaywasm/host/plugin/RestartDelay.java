package io.gatewaywasm.host.plugin;

import java.time.Duration;
import java.util.function.DoubleSupplier;

import io.gatewaywasm.host.vm.GrowingDelay;

/**
 * The delay before a failing operation is tried again. The first three failures have no
 * delay. After that it grows from one second to one minute. Up to half of it is added at
 * random, so that VMs that were lost together do not restart together.
 */
final class RestartDelay {

	private static final int IMMEDIATE = 3;

	private static final GrowingDelay DELAY = new GrowingDelay(Duration.ofSeconds(1), Duration.ofMinutes(1));

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
		long millis = DELAY.after(failures - IMMEDIATE).toMillis();
		return Duration.ofMillis((long) (millis * (1 + this.jitter.getAsDouble() / 2)));
	}

	/**
	 * Returns the delay after a number of consecutive failures, without an immediate
	 * first retry.
	 */
	Duration afterEach(int failures) {
		return after(failures + IMMEDIATE);
	}

}
