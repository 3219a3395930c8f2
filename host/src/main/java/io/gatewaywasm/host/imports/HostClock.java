package io.gatewaywasm.host.imports;

/**
 * Clocks and timers (sections "Clocks" and "Timers").
 */
public interface HostClock {

	/**
	 * Returns the time of day in nanoseconds since the epoch.
	 */
	long currentTimeNanos();

	/**
	 * Returns a monotonic time in nanoseconds since an arbitrary moment.
	 */
	long monotonicTimeNanos();

	/**
	 * Sets the period of the root context's timer.
	 * @param milliseconds the period, unsigned; 0 stops the timer
	 */
	void setTickPeriod(int milliseconds);

}
