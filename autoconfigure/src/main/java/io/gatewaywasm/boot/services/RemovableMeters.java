package io.gatewaywasm.boot.services;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;

/**
 * The meters of one plugin, which are removed when the plugin is closed. VMs may still
 * report events then, for which no meters are registered any more. Thread-safe.
 */
final class RemovableMeters {

	private final Set<Meter> meters = new HashSet<>();

	private MeterRegistry registry;

	RemovableMeters(MeterRegistry registry) {
		this.registry = registry;
	}

	/**
	 * Registers a meter in the registry that the function receives.
	 */
	synchronized <M extends Meter> M register(Function<MeterRegistry, M> registration) {
		M meter = registration.apply(this.registry);
		this.meters.add(meter);
		return meter;
	}

	/**
	 * Removes all meters. Meters that are registered later are not published.
	 */
	synchronized void remove() {
		this.meters.forEach(this.registry::remove);
		this.meters.clear();
		this.registry = new CompositeMeterRegistry();
	}

}
