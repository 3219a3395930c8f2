package io.gatewaywasm.boot.services;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import io.gatewaywasm.boot.plugin.PluginListener;
import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.spi.PluginObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import org.jspecify.annotations.Nullable;

/**
 * Publishes the activity and resources of plugins as Micrometer meters.
 */
public final class MicrometerPluginMetrics implements PluginObservers, PluginListener {

	private final Supplier<@Nullable MeterRegistry> registry;

	private final Map<String, PluginObserver> observers = new ConcurrentHashMap<>();

	private final Map<String, List<Meter>> gauges = new ConcurrentHashMap<>();

	/**
	 * Creates metrics.
	 * @param registry returns the registry when the first plugin is loaded
	 */
	public MicrometerPluginMetrics(Supplier<@Nullable MeterRegistry> registry) {
		this.registry = registry;
	}

	@Override
	public PluginObserver observer(String plugin) {
		MeterRegistry registry = this.registry.get();
		if (registry == null) {
			return PluginObserver.NONE;
		}
		return this.observers.computeIfAbsent(plugin, (id) -> new MicrometerPluginObserver(registry, id));
	}

	@Override
	public void live(String id, Plugin plugin) {
		MeterRegistry registry = this.registry.get();
		if (registry != null) {
			this.gauges.put(id, List.of(instances(registry, id, plugin), memory(registry, id, plugin),
					active(registry, id, plugin)));
			reloads(registry, id, true);
			reloads(registry, id, false);
		}
	}

	private static Meter instances(MeterRegistry registry, String id, Plugin plugin) {
		return Gauge.builder(WasmMeters.INSTANCES, plugin, (owner) -> owner.status().instances().serving())
			.description("VMs of a Wasm filter that can serve")
			.tag(WasmMeters.PLUGIN, id)
			.register(registry);
	}

	private static Meter memory(MeterRegistry registry, String id, Plugin plugin) {
		return Gauge.builder(WasmMeters.MEMORY_USED, plugin, (owner) -> owner.status().instances().memoryBytes())
			.description("Memory of a Wasm filter's VMs")
			.baseUnit(BaseUnits.BYTES)
			.tag(WasmMeters.PLUGIN, id)
			.register(registry);
	}

	private static Meter active(MeterRegistry registry, String id, Plugin plugin) {
		return Gauge.builder(WasmMeters.ACTIVE_STREAMS, plugin, (owner) -> owner.status().counters().activeStreams())
			.description("Active streams of a Wasm filter")
			.tag(WasmMeters.PLUGIN, id)
			.register(registry);
	}

	@Override
	public void reloaded(String id, boolean success) {
		MeterRegistry registry = this.registry.get();
		if (registry != null) {
			reloads(registry, id, success).increment();
		}
	}

	private static Counter reloads(MeterRegistry registry, String id, boolean success) {
		return Counter.builder(WasmMeters.RELOADS)
			.description("Reloads of a Wasm plugin")
			.tag(WasmMeters.PLUGIN, id)
			.tag(WasmMeters.OUTCOME, success ? "success" : "failure")
			.register(registry);
	}

	@Override
	public void closed(String id) {
		MeterRegistry registry = this.registry.get();
		List<Meter> gauges = this.gauges.remove(id);
		if (registry != null && gauges != null) {
			gauges.forEach(registry::remove);
		}
	}

}
