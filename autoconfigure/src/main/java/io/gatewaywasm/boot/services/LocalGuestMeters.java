package io.gatewaywasm.boot.services;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

import io.gatewaywasm.boot.plugin.PluginListener;
import io.gatewaywasm.host.abi.MetricType;
import io.gatewaywasm.host.abi.PrintableText;
import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.spi.GuestMeter;
import io.gatewaywasm.host.spi.GuestMeters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores the metrics that guests define, without publishing them. Their number is
 * limited, because guests choose the names. Metrics beyond the limit are not stored.
 */
public class LocalGuestMeters implements GuestMeters, PluginListener {

	private static final Logger logger = LoggerFactory.getLogger(LocalGuestMeters.class);

	private final Map<String, PluginMeters> meters = new ConcurrentHashMap<>();

	@Override
	public final GuestMeter meter(String plugin, MetricType type, String name, int maximum) {
		return this.meters.computeIfAbsent(plugin, (key) -> new PluginMeters()).meter(plugin, type, name, maximum);
	}

	/**
	 * Creates a meter.
	 * @param plugin the id of the plugin
	 * @param type the kind of metric
	 * @param name the name that the guest has chosen
	 */
	protected GuestMeter create(String plugin, MetricType type, String name) {
		return new LocalGuestMeter(type);
	}

	@Override
	public void live(String id, Plugin plugin) {
		// The plugin has not defined metrics yet.
	}

	@Override
	public void closed(String id) {
		this.meters.remove(id);
	}

	private record Key(MetricType type, String name) {

	}

	private final class PluginMeters {

		private final Map<Key, GuestMeter> meters = new ConcurrentHashMap<>();

		private final AtomicBoolean warned = new AtomicBoolean();

		private GuestMeter meter(String plugin, MetricType type, String name, int maximum) {
			Key key = new Key(type, name);
			GuestMeter known = this.meters.get(key);
			if (known != null) {
				return known;
			}
			if (this.meters.size() >= maximum) {
				if (this.warned.compareAndSet(false, true)) {
					logger.warn(
							"Wasm plugin '{}' defines more than the {} metrics that 'limits.metrics' allows. '{}' and later ones are ignored.",
							plugin, maximum, PrintableText.of(name, PrintableText.NAME));
				}
				return new LocalGuestMeter(type);
			}
			return this.meters.computeIfAbsent(key, (absent) -> create(plugin, type, name));
		}

	}

}
