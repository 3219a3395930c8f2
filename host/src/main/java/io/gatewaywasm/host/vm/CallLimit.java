package io.gatewaywasm.host.vm;

import java.time.Duration;

/**
 * The CPU time that one call into the guest may use.
 *
 * @param nanos the limit on a thread that may block
 * @param onEventLoop the limit on an event loop
 */
record CallLimit(long nanos, long onEventLoop) {

	/**
	 * The factor by which code that the JVM has not compiled yet may need more CPU time.
	 */
	private static final int COLD_FACTOR = 4;

	/**
	 * Returns a limit that is lower on event loops, if {@code eventLoop} is shorter than
	 * {@code timeout}.
	 */
	static CallLimit of(Duration timeout, Duration eventLoop) {
		return new CallLimit(timeout.toNanos(), Math.min(timeout.toNanos(), eventLoop.toNanos()));
	}

	/** Returns a limit that is the same on all threads. */
	static CallLimit of(Duration timeout) {
		return of(timeout, timeout);
	}

	/**
	 * Returns a limit for code that the JVM has not compiled yet. Only the limit on event
	 * loops is higher.
	 */
	CallLimit cold() {
		return new CallLimit(this.nanos, Math.min(this.nanos / COLD_FACTOR, this.onEventLoop) * COLD_FACTOR);
	}

	long on(boolean eventLoop) {
		return eventLoop ? this.onEventLoop : this.nanos;
	}

}
