package io.gatewaywasm.test.service;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

import io.gatewaywasm.host.abi.MetricType;
import io.gatewaywasm.host.spi.GuestMeter;
import io.gatewaywasm.host.spi.GuestMeters;

/**
 * The metrics that a filter has defined, by name.
 */
final class RecordedMeters implements GuestMeters {

	private final Map<String, RecordedMeter> meters = new LinkedHashMap<>();

	@Override
	public GuestMeter meter(String plugin, MetricType type, String name, int maximum) {
		return this.meters.computeIfAbsent(name, (key) -> new RecordedMeter(type));
	}

	Map<String, RecordedMeter> meters() {
		return Collections.unmodifiableMap(this.meters);
	}

}
