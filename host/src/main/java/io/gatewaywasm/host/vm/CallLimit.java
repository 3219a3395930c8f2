package io.gatewaywasm.host.vm;

import io.gatewaywasm.host.limits.VmLimits;

/**
 * The CPU time that one call into the guest may use.
 */
record CallLimit(long nanos, long onEventLoop) {

	/**
	 * The factor by which code that the JVM has not compiled yet may need more CPU time.
	 */
	private static final int COLD_FACTOR = 4;

	/** Returns the limit of callbacks, which may be lower on event loops. */
	static CallLimit ofCallbacks(VmLimits limits) {
		long timeout = limits.callbackTimeout().toNanos();
		return new CallLimit(timeout, Math.min(timeout, limits.eventLoopTimeout().toNanos()));
	}

	/**
	 * Returns the limit of starting and configuring, which is the same on all threads.
	 */
	static CallLimit ofStart(VmLimits limits) {
		long timeout = limits.startTimeout().toNanos();
		return new CallLimit(timeout, timeout);
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
