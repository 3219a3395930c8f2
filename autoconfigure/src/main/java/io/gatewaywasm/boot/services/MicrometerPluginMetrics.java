package io.gatewaywasm.boot.services;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

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
 * Publishes the activity and resources of plugins as Micrometer meters, which are removed
 * when a plugin is closed.
 */
public final class MicrometerPluginMetrics implements PluginObservers, PluginListener {

	private final Supplier<@Nullable MeterRegistry> registry;

	private final Map<String, MicrometerPluginObserver> observers = new ConcurrentHashMap<>();

	private final UnaryOperator<String> upstreams;

	/**
	 * Creates metrics.
	 * @param registry returns the registry when the first plugin is loaded
	 * @param upstreams returns the name under which calls to an upstream are metered, for
	 * the name that the guest specifies
	 */
	public MicrometerPluginMetrics(Supplier<@Nullable MeterRegistry> registry, UnaryOperator<String> upstreams) {
		this.registry = registry;
		this.upstreams = upstreams;
	}

	@Override
	public PluginObserver observer(String plugin) {
		MicrometerPluginObserver observer = micrometer(plugin);
		return (observer != null) ? observer : PluginObserver.NONE;
	}

	private @Nullable MicrometerPluginObserver micrometer(String plugin) {
		MeterRegistry registry = this.registry.get();
		return (registry == null) ? null : this.observers.computeIfAbsent(plugin,
				(id) -> new MicrometerPluginObserver(new RemovableMeters(registry), id, this.upstreams));
	}

	@Override
	public void live(String id, Plugin plugin) {
		MicrometerPluginObserver observer = micrometer(id);
		if (observer != null) {
			RemovableMeters meters = observer.meters();
			meters.register((registry) -> instances(registry, id, plugin));
			meters.register((registry) -> memory(registry, id, plugin));
			meters.register((registry) -> active(registry, id, plugin));
			meters.register((registry) -> buffered(registry, id, plugin));
			reloads(meters, id, true);
			reloads(meters, id, false);
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

	private static Meter buffered(MeterRegistry registry, String id, Plugin plugin) {
		return Gauge.builder(WasmMeters.BUFFERED, plugin, (owner) -> owner.status().counters().bufferedBytes())
			.description("Bodies that are buffered for a Wasm filter")
			.baseUnit(BaseUnits.BYTES)
			.tag(WasmMeters.PLUGIN, id)
			.register(registry);
	}

	@Override
	public void reloaded(String id, boolean success) {
		MicrometerPluginObserver observer = this.observers.get(id);
		if (observer != null) {
			reloads(observer.meters(), id, success).increment();
		}
	}

	private static Counter reloads(RemovableMeters meters, String id, boolean success) {
		return meters.register(Counter.builder(WasmMeters.RELOADS)
			.description("Reloads of a Wasm plugin")
			.tag(WasmMeters.PLUGIN, id)
			.tag(WasmMeters.OUTCOME, success ? "success" : "failure")::register);
	}

	@Override
	public void closed(String id) {
		MicrometerPluginObserver observer = this.observers.remove(id);
		if (observer != null) {
			observer.meters().remove();
		}
	}

}
