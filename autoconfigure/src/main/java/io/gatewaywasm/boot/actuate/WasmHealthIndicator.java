package io.gatewaywasm.boot.actuate;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import io.gatewaywasm.boot.plugin.PluginHandle;
import io.gatewaywasm.boot.plugin.PluginRegistry;
import io.gatewaywasm.boot.shareddata.RedisStores;
import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.plugin.PluginState;
import io.gatewaywasm.host.plugin.PluginStatus;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * {@link HealthIndicator} that is down if requests are rejected because a plugin cannot
 * serve. A plugin with the fail strategy {@code open} does not affect health. A plugin
 * that is defined in a route affects only its routes, so it counts only if {@code strict}
 * is set.
 *
 * @since 0.1.0
 */
public class WasmHealthIndicator extends AbstractHealthIndicator {

	private static final String CIRCUIT_OPEN = "circuit-open";

	/** The states in which a plugin rejects requests. */
	private static final Set<String> REFUSING = Set.of("failed", CIRCUIT_OPEN);

	private final PluginRegistry registry;

	private final boolean strict;

	private final @Nullable RedisStores stores;

	/**
	 * Creates an indicator.
	 * @param registry the plugins
	 * @param strict whether plugins that are defined in routes count as well
	 * @param stores shared data in Redis, or {@code null} if there is none
	 */
	public WasmHealthIndicator(PluginRegistry registry, boolean strict, @Nullable RedisStores stores) {
		super("Wasm health check failed");
		this.registry = registry;
		this.strict = strict;
		this.stores = stores;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		Map<String, String> plugins = new LinkedHashMap<>();
		boolean up = true;
		for (PluginHandle handle : this.registry.plugins()) {
			String state = state(handle);
			plugins.put(handle.id(), state);
			boolean counts = this.strict || handle.definition().declared();
			up &= !counts || !REFUSING.contains(state) || handle.definition().failStrategy().isOpen();
		}
		(up ? builder.up() : builder.down()).withDetail("plugins", plugins);
		if (this.stores != null) {
			builder.withDetail("sharedData", sharedData(this.stores));
		}
	}

	/**
	 * Shared data is only a detail of the health, because each filter decides what to do
	 * without it.
	 */
	private static Map<String, Object> sharedData(RedisStores stores) {
		Map<String, Object> details = new LinkedHashMap<>();
		Map<String, Object> outage = stores.outage();
		details.put("server", stores.server());
		details.put("state", outage.isEmpty() ? "up" : "down");
		details.putAll(outage);
		return details;
	}

	private static String state(PluginHandle handle) {
		Plugin plugin = handle.plugin();
		if (plugin == null) {
			return name(handle.state());
		}
		PluginStatus status = plugin.status();
		return status.instances().circuitOpen() ? CIRCUIT_OPEN : name(status.state());
	}

	private static String name(PluginState state) {
		return state.name().toLowerCase(Locale.ROOT);
	}

}
