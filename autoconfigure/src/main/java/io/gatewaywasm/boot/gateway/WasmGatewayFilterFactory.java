package io.gatewaywasm.boot.gateway;

import java.time.Duration;
import java.util.List;

import io.gatewaywasm.boot.gateway.exchange.StreamObservations;
import io.gatewaywasm.boot.gateway.route.RouteChooser;
import io.gatewaywasm.boot.gateway.route.ServiceInstances;
import io.gatewaywasm.boot.plugin.InlinePlugin;
import io.gatewaywasm.boot.plugin.PluginHandle;
import io.gatewaywasm.boot.plugin.PluginRegistry;
import io.gatewaywasm.boot.plugin.WasmPluginException;
import io.gatewaywasm.host.plugin.FailStrategy;
import io.gatewaywasm.host.spi.RootSpec;
import org.jspecify.annotations.Nullable;

import org.springframework.cloud.gateway.event.FilterArgsEvent;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
import org.springframework.cloud.gateway.support.HasRouteId;
import org.springframework.context.ApplicationListener;

/**
 * Creates the filter {@code Wasm}, which runs a Proxy-Wasm filter on a route. Use {@code
 * Wasm=plugin-name} for a plugin declared under {@code gateway.wasm.plugins}, {@code
 * Wasm=classpath:filters/example.wasm} for a module by its location, or the long form
 * with the arguments of {@link Config}.
 * <p>
 * If the configuration of a filter is invalid at startup, the application does not start.
 * If it is invalid in a route that is added later, only that route is affected: its
 * requests are answered with 503 until the configuration is corrected.
 */
public final class WasmGatewayFilterFactory extends AbstractGatewayFilterFactory<WasmGatewayFilterFactory.Config>
		implements ApplicationListener<FilterArgsEvent> {

	private final PluginRegistry registry;

	private final RouteChooser routes;

	private final WasmChainFilters unreached = new WasmChainFilters();

	private final FilterServices services;

	private final RefusedFilters refused;

	private final ShownConfigurations shown = new ShownConfigurations();

	/**
	 * Creates the factory. Requests wait up to {@code loadTimeout} for a plugin that is
	 * being loaded; {@code observations} is {@code null} if streams are not observed.
	 */
	public WasmGatewayFilterFactory(PluginRegistry registry, Duration loadTimeout,
			@Nullable StreamObservations observations, ServiceInstances instances, RouteChooser routes) {
		super(Config.class);
		this.registry = registry;
		this.routes = routes;
		this.refused = new RefusedFilters(this, registry);
		this.services = new FilterServices(this, loadTimeout, observations, instances, this.unreached,
				new UnseenFrames());
	}

	/** Returns the filters that log exchanges which have not reached them. */
	WasmChainFilters unreached() {
		return this.unreached;
	}

	/** Returns the filters that replace those whose configuration is invalid. */
	RefusedFilters refused() {
		return this.refused;
	}

	/** Creates the filter of a declared plugin that runs on every route. */
	WasmGatewayFilter everyRoute(String plugin) {
		WasmGatewayFilter filter = new WasmGatewayFilter(this.services, this.registry.declared(plugin, null), null,
				this.routes);
		this.unreached.addEveryRoute(filter);
		return filter;
	}

	/** Creates the filter of a declared plugin that runs before a route is chosen. */
	WasmGatewayFilter beforeRouting(String plugin) {
		WasmGatewayFilter filter = new WasmGatewayFilter(this.services, this.registry.declared(plugin, null), null,
				null);
		this.unreached.addBeforeRouting(filter);
		return filter;
	}

	/** Returns the filters that show their configuration in the definition of a route. */
	ShownConfigurations shown() {
		return this.shown;
	}

	@Override
	public List<String> shortcutFieldOrder() {
		return List.of("plugin");
	}

	@Override
	public void onApplicationEvent(FilterArgsEvent event) {
		FilterArguments.bound(event.getRouteId(), event.getArgs());
	}

	/**
	 * Returns {@code false}, because {@link FilterArguments} needs the arguments to be
	 * bound on the thread that creates the filter.
	 */
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
			return this.refused.filter(ex);
		}
		catch (RuntimeException ex) {
			return this.refused.filter(FilterArguments.invalid(config, "The filter cannot be created: " + ex,
					"Check the filter's arguments; docs/configuration.md describes them."));
		}
	}

	private GatewayFilter filter(Config config) {
		FilterSource source = FilterSource.of(config);
		if (source instanceof FilterSource.Declared declared) {
			PluginHandle handle = this.registry.declared(declared.plugin(), config.getRouteId());
			this.shown.check(config.getRouteId(), config.getConfiguration());
			RootSpec root = declared.hasOwnRoot()
					? this.registry.root(handle, declared.rootId(), declared.configuration(), config.getRouteId())
					: null;
			return new WasmGatewayFilter(this.services, handle, root, this.routes);
		}
		InlinePlugin plugin = ((FilterSource.Inline) source).plugin();
		this.shown.check(config.getRouteId(), config.getConfiguration());
		return new WasmGatewayFilter(this.services, this.registry.inline(plugin, config.getRouteId()), null,
				this.routes);
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

		private @Nullable String routeId;

		public @Nullable String getPlugin() {
			return this.plugin;
		}

		/**
		 * Sets the name of a declared plugin. Cannot be combined with {@code url}.
		 * @param plugin the name
		 * @return this configuration
		 */
		public Config setPlugin(@Nullable String plugin) {
			this.plugin = plugin;
			return this;
		}

		public @Nullable String getUrl() {
			return this.url;
		}

		/**
		 * Sets the location of a module. Cannot be combined with {@code plugin}.
		 * @param url the location, which must be one that routes are allowed to load from
		 * @return this configuration
		 */
		public Config setUrl(@Nullable String url) {
			this.url = url;
			return this;
		}

		public @Nullable String getSha256() {
			return this.sha256;
		}

		/**
		 * Sets the expected digest of the module. Requires {@code url}.
		 * @param sha256 the SHA-256 in hexadecimal
		 * @return this configuration
		 */
		public Config setSha256(@Nullable String sha256) {
			this.sha256 = sha256;
			return this;
		}

		public @Nullable String getRootId() {
			return this.rootId;
		}

		/**
		 * Sets the root id, which selects a filter in a module that contains several.
		 * @param rootId the root id
		 * @return this configuration
		 */
		public Config setRootId(@Nullable String rootId) {
			this.rootId = rootId;
			return this;
		}

		public @Nullable String getConfiguration() {
			return this.configuration;
		}

		/**
		 * Sets the configuration, which the filter receives unchanged. It is visible to
		 * everyone who can see the route's definition.
		 * @param configuration the text
		 * @return this configuration
		 */
		public Config setConfiguration(@Nullable String configuration) {
			this.configuration = configuration;
			return this;
		}

		public @Nullable String getConfigurationLocation() {
			return this.configurationLocation;
		}

		/**
		 * Sets the location of the configuration. Cannot be combined with {@code
		 * configuration}.
		 * @param configurationLocation the location, which must be one that routes are
		 * allowed to load from
		 * @return this configuration
		 */
		public Config setConfigurationLocation(@Nullable String configurationLocation) {
			this.configurationLocation = configurationLocation;
			return this;
		}

		public @Nullable String getFailStrategy() {
			return this.failStrategy;
		}

		/**
		 * Sets the fail strategy: what happens to requests if the filter fails. Requires
		 * {@code url}.
		 * @param failStrategy {@code closed} (the default) or {@code open}
		 * @return this configuration
		 */
		public Config setFailStrategy(@Nullable String failStrategy) {
			this.failStrategy = failStrategy;
			return this;
		}

		/**
		 * Sets the fail strategy: what happens to requests if the filter fails. Requires
		 * {@code url}.
		 * @param failStrategy the strategy (default: closed)
		 * @return this configuration
		 */
		public Config setFailStrategy(FailStrategy failStrategy) {
			return setFailStrategy(failStrategy.name());
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
