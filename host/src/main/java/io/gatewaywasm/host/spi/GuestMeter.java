package io.gatewaywasm.host.spi;

/**
 * A metric that guests have defined. Thread-safe.
 */
public interface GuestMeter {

	/**
	 * Adds an offset to a gauge, or a positive offset to a counter.
	 */
	void increment(long offset);

	/**
	 * Sets a gauge, adds to a counter, or records in a histogram.
	 */
	void record(long value);

	/**
	 * Returns the value of a counter or gauge.
	 */
	long value();

}
