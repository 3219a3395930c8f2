package io.gatewaywasm.boot.gateway;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.gatewaywasm.boot.plugin.InlinePlugin;
import io.gatewaywasm.boot.plugin.PluginConfiguration;
import io.gatewaywasm.boot.plugin.PluginHandle;
import io.gatewaywasm.boot.plugin.PluginRegistry;
import io.gatewaywasm.boot.plugin.WasmPluginException;
import io.gatewaywasm.host.plugin.FailStrategy;
import io.gatewaywasm.host.vm.RootSpec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.cloud.gateway.event.FilterArgsEvent;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
import org.springframework.cloud.gateway.support.HasRouteId;
import org.springframework.context.ApplicationListener;
import org.springframework.util.StringUtils;

/**
 * Makes the filter {@code Wasm}, which runs a Proxy-Wasm filter on a route:
 * {@code Wasm=plugin-name} for a plugin declared under {@code gateway.wasm.plugins},
 * {@code Wasm=classpath:filters/example.wasm} for a module by its location, or the long
 * form with the arguments of {@link Config}.
 * <p>
 * A mistake in the configuration of a filter keeps the application from starting. In
 * routes that come later it costs the route only, whose requests are answered with 503
 * until it is corrected.
 */
public final class WasmGatewayFilterFactory extends AbstractGatewayFilterFactory<WasmGatewayFilterFactory.Config>
		implements ApplicationListener<FilterArgsEvent> {

	private static final Logger logger = LoggerFactory.getLogger(WasmGatewayFilterFactory.class);

	private final PluginRegistry registry;

	private final Duration loadTimeout;

	private final @Nullable StreamObservations observations;

	/** Routes are made anew every few seconds: what is said of one is said once. */
	private final Set<String> warned = ConcurrentHashMap.newKeySet();

	private final Set<String> reported = ConcurrentHashMap.newKeySet();

	/**
	 * Create a new factory.
	 * @param registry the plugins
	 * @param loadTimeout how long requests wait for a plugin that is being loaded
	 * @param observations observes streams, or {@code null} for nobody
	 */
	public WasmGatewayFilterFactory(PluginRegistry registry, Duration loadTimeout,
			@Nullable StreamObservations observations) {
		super(Config.class);
		this.registry = registry;
		this.loadTimeout = loadTimeout;
		this.observations = observations;
	}

	@Nullable StreamObservations observations() {
		return this.observations;
	}

	/**
	 * Make the filter of a plugin that is put on every route.
	 * @param plugin the name of a declared plugin
	 * @return the filter
	 */
	WasmGatewayFilter everyRoute(String plugin) {
		return new WasmGatewayFilter(this, this.registry.declared(plugin, null), null);
	}

	Duration loadTimeout() {
		return this.loadTimeout;
	}

	@Override
	public List<String> shortcutFieldOrder() {
		return List.of("plugin");
	}

	@Override
	public void onApplicationEvent(FilterArgsEvent event) {
		FilterArguments.bound(event.getRouteId(), event.getArgs());
	}

	/** Arguments are matched to their filter by the thread. */
	@Override
	public boolean supportsAsyncExecution() {
		return false;
	}

	@Override
	public GatewayFilter apply(Config config) {
		try {
			FilterArguments.check(config);
			return filter(config);
		}
		catch (WasmPluginException ex) {
			return refused(ex);
		}
		catch (RuntimeException ex) {
			return refused(invalid(config, "The filter cannot be made: " + ex,
					"Check the filter's arguments; docs/configuration.md describes them."));
		}
	}

	/** An exception would stop the refresh of all routes. */
	private GatewayFilter refused(WasmPluginException failure) {
		if (this.registry.isStarting()) {
			throw failure;
		}
		RefusedFilter filter = new RefusedFilter(this, failure);
		if (this.reported.add(filter.message())) {
			logger.error("{}. Requests of the route are answered with 503. {}", filter.message(), failure.getRemedy());
		}
		return filter;
	}

	/**
	 * Forgets what was reported of filters that are on no route any more, so that it is
	 * reported again should it come back.
	 * @param refused the messages of the filters that are
	 */
	void retainReported(Set<String> refused) {
		this.reported.retainAll(refused);
	}

	private GatewayFilter filter(Config config) {
		if (config.getIsolation() != null) {
			throw invalid(config, "'isolation' belongs to a declared plugin, not to a route",
					"Declare the plugin and set 'gateway.wasm.plugins.<name>.isolation'.");
		}
		String plugin = config.getPlugin();
		String url = config.getUrl();
		if (url == null && plugin != null && isLocation(plugin)) {
			url = plugin;
			plugin = null;
		}
		if ((plugin == null) == (url == null)) {
			throw invalid(config, "Either 'plugin' or 'url' must be given",
					"Name a declared plugin by 'plugin', or a module by 'url', for example "
							+ "'Wasm=classpath:filters/example.wasm'.");
		}
		return (plugin != null) ? declared(plugin, config) : inline(url, config);
	}

	private GatewayFilter declared(String plugin, Config config) {
		if (config.getSha256() != null || config.getFailStrategy() != null) {
			throw invalid(config, "'sha256' and 'fail-strategy' belong to the plugin, not to a route that uses it",
					"Move them to 'gateway.wasm.plugins.%s'.".formatted(plugin));
		}
		PluginHandle handle = this.registry.declared(plugin, config.getRouteId());
		PluginConfiguration configuration = configuration(config);
		RootSpec root = (config.getRootId() != null || !configuration.isEmpty())
				? this.registry.root(handle, config.getRootId(), configuration, config.getRouteId()) : null;
		return new WasmGatewayFilter(this, handle, root);
	}

	private GatewayFilter inline(@Nullable String url, Config config) {
		FilterArguments.checkSha256(config);
		InlinePlugin plugin = new InlinePlugin(String.valueOf(url), config.getSha256(),
				(config.getRootId() != null) ? config.getRootId() : "", configuration(config),
				FilterArguments.failStrategy(config));
		return new WasmGatewayFilter(this, this.registry.inline(plugin, config.getRouteId()), null);
	}

	private PluginConfiguration configuration(Config config) {
		if (config.getConfiguration() != null && config.getConfigurationLocation() != null) {
			throw invalid(config, "'configuration' and 'configuration-location' exclude each other",
					"Remove one of them.");
		}
		warnOfShownConfiguration(config);
		return new PluginConfiguration(config.getConfiguration(), config.getConfigurationLocation());
	}

	private void warnOfShownConfiguration(Config config) {
		String route = config.getRouteId();
		if (config.getConfiguration() != null && route != null && this.warned.add(route)) {
			logger.warn("Route '{}' gives its Wasm filter a configuration as an argument, which everybody can read who"
					+ " can see the gateway's routes. Put it into a file named by 'configuration-location', or into a"
					+ " plugin under 'gateway.wasm.plugins', if it holds anything secret.", route);
		}
	}

	private static boolean isLocation(String value) {
		return value.contains(":") || value.contains("/") || value.endsWith(".wasm");
	}

	static WasmPluginException invalid(Config config, String reason, String remedy) {
		String plugin = StringUtils.hasText(config.getPlugin()) ? config.getPlugin() : String.valueOf(config.getUrl());
		return new WasmPluginException(plugin, config.getRouteId(), null, reason, remedy, null);
	}

	/**
	 * The arguments of the filter.
	 */
	public static class Config implements HasRouteId {

		private @Nullable String plugin;

		private @Nullable String url;

		private @Nullable String sha256;

		private @Nullable String rootId;

		private @Nullable String configuration;

		private @Nullable String configurationLocation;

		private @Nullable String failStrategy;

		private @Nullable String isolation;

		private @Nullable String routeId;

		/**
		 * Return the name of a declared plugin.
		 * @return the name or {@code null}
		 */
		public @Nullable String getPlugin() {
			return this.plugin;
		}

		/**
		 * Set the name of a declared plugin. Excludes {@code url}.
		 * @param plugin the name
		 * @return this configuration
		 */
		public Config setPlugin(@Nullable String plugin) {
			this.plugin = plugin;
			return this;
		}

		/**
		 * Return the location of a module.
		 * @return the location or {@code null}
		 */
		public @Nullable String getUrl() {
			return this.url;
		}

		/**
		 * Set the location of a module. Excludes {@code plugin}.
		 * @param url the location, which must be one that routes may load from
		 * @return this configuration
		 */
		public Config setUrl(@Nullable String url) {
			this.url = url;
			return this;
		}

		/**
		 * Return the digest that the module must have.
		 * @return the SHA-256 in hexadecimal or {@code null}
		 */
		public @Nullable String getSha256() {
			return this.sha256;
		}

		/**
		 * Set the digest that the module must have. Only with {@code url}.
		 * @param sha256 the SHA-256 in hexadecimal
		 * @return this configuration
		 */
		public Config setSha256(@Nullable String sha256) {
			this.sha256 = sha256;
			return this;
		}

		/**
		 * Return the root id.
		 * @return the root id or {@code null}
		 */
		public @Nullable String getRootId() {
			return this.rootId;
		}

		/**
		 * Set the root id, by which a module with several filters tells them apart.
		 * @param rootId the root id
		 * @return this configuration
		 */
		public Config setRootId(@Nullable String rootId) {
			this.rootId = rootId;
			return this;
		}

		/**
		 * Return the configuration.
		 * @return the text or {@code null}
		 */
		public @Nullable String getConfiguration() {
			return this.configuration;
		}

		/**
		 * Set the configuration, which is handed to the filter as it is. Anybody who can
		 * see the route's definition can see it.
		 * @param configuration the text
		 * @return this configuration
		 */
		public Config setConfiguration(@Nullable String configuration) {
			this.configuration = configuration;
			return this;
		}

		/**
		 * Return the location of the configuration.
		 * @return the location or {@code null}
		 */
		public @Nullable String getConfigurationLocation() {
			return this.configurationLocation;
		}

		/**
		 * Set the location of the configuration. Excludes {@code configuration}.
		 * @param configurationLocation the location, which must be one that routes may
		 * load from
		 * @return this configuration
		 */
		public Config setConfigurationLocation(@Nullable String configurationLocation) {
			this.configurationLocation = configurationLocation;
			return this;
		}

		/**
		 * Returns what requests get when the filter fails.
		 * @return the name of the strategy, as it is written, or {@code null}
		 */
		public @Nullable String getFailStrategy() {
			return this.failStrategy;
		}

		/**
		 * Sets what requests get when the filter fails. Only with {@code url}.
		 * @param failStrategy the name of the strategy (default: closed)
		 * @return this configuration
		 */
		public Config setFailStrategy(@Nullable String failStrategy) {
			this.failStrategy = failStrategy;
			return this;
		}

		/**
		 * Sets what requests get when the filter fails. Only with {@code url}.
		 * @param failStrategy the strategy (default: closed)
		 * @return this configuration
		 */
		public Config setFailStrategy(FailStrategy failStrategy) {
			return setFailStrategy(failStrategy.name());
		}

		/**
		 * Return the isolation, which no route can set.
		 * @return the isolation or {@code null}
		 */
		public @Nullable String getIsolation() {
			return this.isolation;
		}

		/**
		 * Refuse the isolation, which no route can set: ignored, it would leave somebody
		 * in the belief that requests do not meet.
		 * @param isolation anything, with which no filter is made
		 * @return this configuration
		 */
		public Config setIsolation(@Nullable String isolation) {
			this.isolation = isolation;
			return this;
		}

		@Override
		public @Nullable String getRouteId() {
			return this.routeId;
		}

		@Override
		public void setRouteId(@Nullable String routeId) {
			this.routeId = routeId;
		}

	}

}
