package io.gatewaywasm.host.imports;

/**
 * Clock and timer (sections "Clocks" and "Timers").
 */
public interface HostClock {

	/**
	 * Return the time of day.
	 * @return nanoseconds since the epoch
	 */
	long currentTimeNanos();

	/**
	 * Return a clock that never goes back.
	 * @return nanoseconds since an arbitrary moment
	 */
	long monotonicTimeNanos();

	/**
	 * Set the period of the root context's timer.
	 * @param milliseconds the period, unsigned; 0 stops the timer
	 */
	void setTickPeriod(int milliseconds);

}
