package io.gatewaywasm.test.service;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import io.gatewaywasm.host.abi.MetricType;
import io.gatewaywasm.host.spi.GuestMeter;

/**
 * A metric that a filter has defined.
 */
public final class RecordedMeter implements GuestMeter {

	private final MetricType type;

	private final List<Long> recorded = new ArrayList<>();

	private long value;

	RecordedMeter(MetricType type) {
		this.type = type;
	}

	/**
	 * Returns the kind of metric.
	 * @return the type
	 */
	public MetricType type() {
		return this.type;
	}

	/**
	 * Returns the values that were recorded in a histogram.
	 * @return the values in order
	 */
	public List<Long> recorded() {
		return Collections.unmodifiableList(this.recorded);
	}

	@Override
	public void increment(long offset) {
		this.value += offset;
	}

	@Override
	public void record(long newValue) {
		this.value = newValue;
		this.recorded.add(newValue);
	}

	@Override
	public long value() {
		return this.value;
	}

	@Override
	public String toString() {
		return (this.type == MetricType.HISTOGRAM) ? this.recorded.toString() : Long.toString(this.value);
	}

}
