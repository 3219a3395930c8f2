package io.gatewaywasm.boot.actuate;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import io.gatewaywasm.boot.plugin.PluginHandle;
import io.gatewaywasm.boot.plugin.PluginRegistry;
import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.plugin.PluginState;
import io.gatewaywasm.host.plugin.PluginStatus;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * {@link HealthIndicator} that is down if requests are refused because a plugin cannot
 * serve. A plugin that is skipped when it fails does not make the gateway unhealthy.
 *
 * @since 0.1.0
 */
public class WasmHealthIndicator extends AbstractHealthIndicator {

	private static final String CIRCUIT_OPEN = "circuit-open";

	/** The states in which a plugin serves nobody. */
	private static final Set<String> REFUSING = Set.of("failed", CIRCUIT_OPEN);

	private final PluginRegistry registry;

	/**
	 * Create a new indicator.
	 * @param registry the plugins to look at
	 */
	public WasmHealthIndicator(PluginRegistry registry) {
		super("Wasm health check failed");
		this.registry = registry;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		Map<String, String> plugins = new LinkedHashMap<>();
		boolean up = true;
		for (PluginHandle handle : this.registry.plugins()) {
			String state = state(handle);
			plugins.put(handle.id(), state);
			up &= !REFUSING.contains(state) || handle.definition().failStrategy().isOpen();
		}
		(up ? builder.up() : builder.down()).withDetail("plugins", plugins);
	}

	private static String state(PluginHandle handle) {
		Plugin plugin = handle.plugin();
		if (plugin == null) {
			return name(handle.state());
		}
		PluginStatus status = plugin.status();
		return status.circuitOpen() ? CIRCUIT_OPEN : name(status.state());
	}

	private static String name(PluginState state) {
		return state.name().toLowerCase(Locale.ROOT);
	}

}
