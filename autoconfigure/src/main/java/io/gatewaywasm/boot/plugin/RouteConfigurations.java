package io.gatewaywasm.boot.plugin;

import io.gatewaywasm.host.spi.RootSpec;
import org.jspecify.annotations.Nullable;

/**
 * Reads the configurations that routes give to declared plugins, and checks during
 * startup that the plugins accept them. {@code allowedLocations} has the locations that
 * routes may use, and {@code loader} reads configurations.
 */
record RouteConfigurations(AllowedLocations allowedLocations, PluginLoader loader, StartupChecks checks) {

	RouteConfigurations(AllowedLocations allowedLocations, PluginLoader loader) {
		this(allowedLocations, loader, new StartupChecks());
	}

	/**
	 * Returns a root context of a plugin with a separate configuration. {@code starting}
	 * says whether the application is starting on this thread, so that the plugin must
	 * accept the configuration. Throws {@link WasmPluginException} if it does not, or if
	 * the configuration cannot be read or its location is not allowed.
	 */
	RootSpec root(PluginHandle handle, @Nullable String rootId, PluginConfiguration configuration,
			@Nullable String routeId, boolean starting) {
		checkLocation(handle.id(), routeId, configuration.location());
		try {
			PluginDefinition definition = handle.definition();
			PluginConfiguration effective = configuration.isEmpty() ? definition.configuration() : configuration;
			RootSpec root = new RootSpec(handle.id(), (rootId != null) ? rootId : handle.rootId(),
					this.loader.configuration(handle.id(), effective));
			if (starting) {
				this.checks.check(handle, root, routeId);
			}
			return root;
		}
		catch (WasmPluginException ex) {
			throw ex.forRoute(routeId);
		}
	}

	/**
	 * Throws {@link WasmPluginException} if there is a location that routes may not use.
	 */
	void checkLocation(String plugin, @Nullable String routeId, @Nullable String location) {
		if (location != null) {
			this.allowedLocations.check(plugin, routeId, location);
		}
	}

	/**
	 * Checks the configurations that were read before their plugins were loaded.
	 */
	void pluginsLoaded() {
		this.checks.pluginsLoaded();
	}

	void endStartup() {
		this.checks.end();
	}

}
