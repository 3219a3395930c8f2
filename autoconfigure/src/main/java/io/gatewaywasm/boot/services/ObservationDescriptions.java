package io.gatewaywasm.boot.services;

import java.util.Map;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilter;

/**
 * Describes the meters of observations, for which Micrometer's API takes no description.
 */
public final class ObservationDescriptions implements MeterFilter {

	private static final Map<String, String> DESCRIPTIONS = Map.of("wasm.filter",
			"Time from the first phase of a stream in a Wasm filter to the end of the exchange", "wasm.filter.active",
			"Active streams of a Wasm filter and their duration", "wasm.callout",
			"HTTP, gRPC and Redis calls that a Wasm filter makes for a request", "wasm.callout.active",
			"Pending calls of a Wasm filter and their duration");

	@Override
	public Meter.Id map(Meter.Id id) {
		String description = DESCRIPTIONS.get(id.getName());
		if (description == null || id.getDescription() != null) {
			return id;
		}
		return new Meter.Id(id.getName(), Tags.of(id.getTags()), id.getBaseUnit(), description, id.getType());
	}

}
