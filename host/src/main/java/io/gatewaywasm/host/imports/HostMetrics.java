package io.gatewaywasm.host.imports;

import io.gatewaywasm.host.abi.MetricType;

/**
 * Metrics that guests define (section "Metrics").
 */
public interface HostMetrics {

	/**
	 * Define a metric, or find the one of that name.
	 * @param type the kind of metric
	 * @param name the name
	 * @return the id, whose two low bits are the kind
	 */
	int defineMetric(MetricType type, String name);

	/**
	 * Change a counter or gauge by an offset.
	 * @param id the id of the metric
	 * @param offset the offset
	 */
	void incrementMetric(int id, long offset);

	/**
	 * Set a gauge, add to a counter, or record in a histogram.
	 * @param id the id of the metric
	 * @param value the value, unsigned
	 */
	void recordMetric(int id, long value);

	/**
	 * Return the value of a counter or gauge.
	 * @param id the id of the metric
	 * @return the value
	 */
	long metric(int id);

}
