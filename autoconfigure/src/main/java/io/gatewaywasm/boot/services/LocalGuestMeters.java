package io.gatewaywasm.boot.services;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.gatewaywasm.host.abi.MetricType;
import io.gatewaywasm.host.spi.GuestMeter;
import io.gatewaywasm.host.spi.GuestMeters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the metrics that guests define, without showing them to anybody else. Guests
 * choose the names, so their number is bounded: what is too much is not kept.
 */
public class LocalGuestMeters implements GuestMeters {

	/** How many metrics one plugin may define. */
	static final int MAX_PER_PLUGIN = 1000;

	private static final Logger logger = LoggerFactory.getLogger(LocalGuestMeters.class);

	private final Map<String, Map<Key, GuestMeter>> meters = new ConcurrentHashMap<>();

	@Override
	public final GuestMeter meter(String plugin, MetricType type, String name) {
		Map<Key, GuestMeter> own = this.meters.computeIfAbsent(plugin, (key) -> new ConcurrentHashMap<>());
		Key key = new Key(type, name);
		GuestMeter known = own.get(key);
		if (known != null) {
			return known;
		}
		if (own.size() >= MAX_PER_PLUGIN) {
			logger.warn("Wasm plugin '{}' defines more than {} metrics; '{}' is not kept", plugin, MAX_PER_PLUGIN,
					name);
			return new LocalGuestMeter(type);
		}
		return own.computeIfAbsent(key, (absent) -> create(plugin, type, name));
	}

	/**
	 * Make a meter.
	 * @param plugin the id of the plugin
	 * @param type the kind of metric
	 * @param name the name as the guest gave it
	 * @return the meter
	 */
	protected GuestMeter create(String plugin, MetricType type, String name) {
		return new LocalGuestMeter(type);
	}

	private record Key(MetricType type, String name) {

	}

}
