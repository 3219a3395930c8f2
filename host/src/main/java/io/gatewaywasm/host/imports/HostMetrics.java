package io.gatewaywasm.host.imports;

import io.gatewaywasm.host.abi.MetricType;

/**
 * Metrics that guests define (section "Metrics").
 */
public interface HostMetrics {

	/**
	 * Defines a metric, or finds the one with that name.
	 * @param type the kind of metric
	 * @param name the name
	 * @return the id, whose two low bits are the kind
	 */
	int defineMetric(MetricType type, String name);

	/**
	 * Adds an offset to a counter or gauge.
	 */
	void incrementMetric(int id, long offset);

	/**
	 * Sets a gauge, adds to a counter, or records in a histogram. The value is unsigned.
	 */
	void recordMetric(int id, long value);

	/**
	 * Returns the value of a counter or gauge.
	 */
	long metric(int id);

}
