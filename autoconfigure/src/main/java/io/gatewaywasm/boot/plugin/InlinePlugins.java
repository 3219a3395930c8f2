package io.gatewaywasm.boot.plugin;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

import io.gatewaywasm.host.plugin.PluginState;
import org.jspecify.annotations.Nullable;

/**
 * Loads plugins that are defined in routes when they are looked up: on the calling thread
 * during startup, later in the background. A plugin that failed is loaded again after a
 * while. {@code handles} has all plugins by id, in a concurrent map. {@code loader}
 * creates running plugins. {@code listeners} receive notifications about plugins.
 * {@code startup} loads plugins during startup. {@code loads} loads plugins in the
 * background.
 */
record InlinePlugins(Map<String, PluginHandle> handles, PluginLoader loader, List<PluginListener> listeners,
		StartupLoads startup, Executor loads) {

	private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

	/**
	 * Returns a plugin. Loading it may still be in progress, or may have failed.
	 * {@code routeId} is the route, or {@code null}. {@code starting} says whether the
	 * application is starting on this thread. Throws {@link WasmPluginException} if the
	 * application is starting and the plugin cannot be loaded.
	 */
	PluginHandle get(InlinePlugin plugin, @Nullable String routeId, boolean starting) {
		for (PluginDefinition definition : plugin.definitions()) {
			boolean[] added = { false };
			PluginHandle handle = this.handles.compute(definition.id(), (id, known) -> {
				if (known != null && known.state() != PluginState.CLOSED) {
					known.use().used();
					return known;
				}
				added[0] = true;
				return new PluginHandle(definition, this.loader, this.listeners);
			});
			if (added[0] || handle.definition().equals(definition)) {
				return loaded(handle, routeId, added[0], starting);
			}
		}
		throw new WasmPluginException(plugin.id(), routeId, plugin.url(),
				"Plugins with other definitions have all ids that this plugin could have",
				"Declare the plugin with 'gateway.wasm.plugins.<name>.url'.", null);
	}

	private PluginHandle loaded(PluginHandle handle, @Nullable String routeId, boolean added, boolean starting) {
		try {
			load(handle, added, starting);
		}
		catch (WasmPluginException ex) {
			throw ex.forRoute(routeId);
		}
		return handle;
	}

	private void load(PluginHandle handle, boolean added, boolean starting) {
		WasmPluginException failure = handle.failure();
		if (starting && added) {
			this.startup.load(handle);
		}
		else if (starting && failure != null && !this.startup.tolerates(failure)) {
			throw failure;
		}
		else if (added || handle.restart(Instant.now().minus(RETRY_AFTER))) {
			handle.loadInBackground(this.loads);
		}
	}

}
