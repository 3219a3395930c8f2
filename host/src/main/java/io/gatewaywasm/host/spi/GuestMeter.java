package io.gatewaywasm.host.spi;

/**
 * A metric that guests have defined. Thread-safe.
 */
public interface GuestMeter {

	/**
	 * Change a counter (only upwards) or a gauge.
	 * @param offset the offset
	 */
	void increment(long offset);

	/**
	 * Set a gauge, add to a counter, or record in a histogram.
	 * @param value the value
	 */
	void record(long value);

	/**
	 * Return the value of a counter or gauge.
	 * @return the value
	 */
	long value();

}
