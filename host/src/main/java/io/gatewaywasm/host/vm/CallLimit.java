package io.gatewaywasm.host.vm;

import java.time.Duration;

/**
 * The CPU time that one call into the guest may use.
 *
 * @param nanos on a thread that may block
 * @param onEventLoop on an event loop
 */
record CallLimit(long nanos, long onEventLoop) {

	/**
	 * Code that the JVM has not compiled yet needs up to this many times the CPU time.
	 */
	private static final int COLD_FACTOR = 4;

	/**
	 * Return the limit of a call that may use less time on an event loop.
	 * @param timeout the limit on a thread that may block
	 * @param eventLoop the limit on an event loop, if it is smaller
	 * @return the limit
	 */
	static CallLimit of(Duration timeout, Duration eventLoop) {
		return new CallLimit(timeout.toNanos(), Math.min(timeout.toNanos(), eventLoop.toNanos()));
	}

	/**
	 * Return a limit that is the same on all threads.
	 * @param timeout the limit
	 * @return the limit
	 */
	static CallLimit of(Duration timeout) {
		return of(timeout, timeout);
	}

	/**
	 * Returns the limit of a call whose code the JVM has not compiled yet.
	 * @return a longer limit on event loops, the same on other threads
	 */
	CallLimit cold() {
		return new CallLimit(this.nanos, Math.min(this.nanos / COLD_FACTOR, this.onEventLoop) * COLD_FACTOR);
	}

	long on(boolean eventLoop) {
		return eventLoop ? this.onEventLoop : this.nanos;
	}

}
