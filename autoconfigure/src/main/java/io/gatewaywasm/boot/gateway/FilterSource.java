package io.gatewaywasm.boot.gateway;

import io.gatewaywasm.boot.gateway.WasmGatewayFilterFactory.Config;
import io.gatewaywasm.boot.plugin.InlinePlugin;
import io.gatewaywasm.boot.plugin.PluginConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * The plugin that a route's filter runs: a declared one, or a module by its location.
 */
sealed interface FilterSource {

	/**
	 * Reads the arguments of a filter. Throws a {@code WasmPluginException} if they are
	 * invalid.
	 */
	static FilterSource of(Config config) {
		String plugin = config.getPlugin();
		String url = config.getUrl();
		if (url == null && plugin != null && isLocation(plugin)) {
			url = plugin;
			plugin = null;
		}
		if (plugin != null && url == null) {
			return declared(plugin, config);
		}
		if (url != null && plugin == null) {
			return inline(url, config);
		}
		throw FilterArguments.invalid(config, "Either 'plugin' or 'url' must be given",
				"Name a declared plugin by 'plugin', or a module by 'url', for example "
						+ "'Wasm=classpath:filters/example.wasm'.");
	}

	private static boolean isLocation(String value) {
		return value.contains(":") || value.contains("/") || value.endsWith(".wasm");
	}

	private static FilterSource declared(String plugin, Config config) {
		if (config.getSha256() != null || config.getFailStrategy() != null) {
			throw FilterArguments.invalid(config,
					"'sha256' and 'fail-strategy' belong to the plugin, not to a route that uses it",
					"Move them to 'gateway.wasm.plugins.%s'.".formatted(plugin));
		}
		return new Declared(plugin, config.getRootId(), configuration(config));
	}

	private static FilterSource inline(String url, Config config) {
		FilterArguments.checkSha256(config);
		return new Inline(
				new InlinePlugin(url, config.getSha256(), (config.getRootId() != null) ? config.getRootId() : "",
						configuration(config), FilterArguments.failStrategy(config)));
	}

	private static PluginConfiguration configuration(Config config) {
		if (config.getConfiguration() != null && config.getConfigurationLocation() != null) {
			throw FilterArguments.invalid(config, "'configuration' and 'configuration-location' are mutually exclusive",
					"Remove one of them.");
		}
		return new PluginConfiguration(config.getConfiguration(), config.getConfigurationLocation());
	}

	/**
	 * A declared plugin. {@code rootId} is {@code null} for the plugin's own.
	 */
	record Declared(String plugin, @Nullable String rootId, PluginConfiguration configuration) implements FilterSource {

		/**
		 * Returns whether the filter needs a root context besides the plugin's own.
		 */
		boolean hasOwnRoot() {
			return this.rootId != null || !this.configuration.isEmpty();
		}

	}

	/** A module by its location. */
	record Inline(InlinePlugin plugin) implements FilterSource {

	}

}
