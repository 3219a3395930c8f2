package io.gatewaywasm.boot.plugin;

import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

import io.gatewaywasm.host.spi.HostScheduler;
import io.gatewaywasm.host.spi.RootSpec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;

/**
 * The plugins of a gateway by id.
 * <p>
 * Declared plugins are loaded at the end of startup, before requests are served. If one
 * cannot be loaded, the application does not start. A plugin that is defined in a route
 * is loaded when it is first looked up: immediately during startup, where a failure stops
 * the application as well, and later in the background, so that refreshing routes neither
 * blocks nor fails. It is closed some time after the last route that uses it is gone.
 * Looking up a plugin is cheap, because gateways rebuild their routes every few seconds.
 */
public final class PluginRegistry
		implements SmartInitializingSingleton, ApplicationListener<ApplicationReadyEvent>, DisposableBean {

	private static final Logger logger = LoggerFactory.getLogger(PluginRegistry.class);

	private final Map<String, PluginHandle> handles = new ConcurrentHashMap<>();

	private final PluginLoader loader;

	private final LoadThreads loads = new LoadThreads();

	private final List<PluginListener> listeners;

	private final InlinePlugins inline;

	private final UnusedPlugins unused;

	private final StartupLoads startup;

	private final RouteConfigurations configurations;

	private volatile @Nullable Thread startupThread = Thread.currentThread();

	/**
	 * Creates a registry.
	 * @param declared the plugins that the application declares
	 * @param allowedLocations the locations that plugins defined in routes may use
	 * @param loader creates running plugins
	 * @param scheduler runs work in the background
	 * @param listeners receive notifications about plugins
	 * @param fetchFailure what happens when a module cannot be fetched at startup
	 */
	public PluginRegistry(Collection<PluginDefinition> declared, AllowedLocations allowedLocations, PluginLoader loader,
			HostScheduler scheduler, List<PluginListener> listeners, FetchFailurePolicy fetchFailure) {
		this.loader = loader;
		this.listeners = List.copyOf(listeners);
		this.configurations = new RouteConfigurations(allowedLocations, loader);
		this.unused = new UnusedPlugins(this.handles, scheduler);
		this.startup = new StartupLoads(fetchFailure, scheduler, this.loads);
		this.inline = new InlinePlugins(this.handles, loader, this.listeners, this.startup, this.loads);
		declared.forEach((definition) -> this.handles.put(definition.id(),
				new PluginHandle(definition, loader, this.listeners)));
	}

	/**
	 * Loads the declared plugins in parallel. Runs when all singletons exist, because
	 * plugins use beans, and other threads must not create beans while this thread does.
	 */
	@Override
	public void afterSingletonsInstantiated() {
		List<PluginHandle> declared = this.handles.values()
			.stream()
			.filter((handle) -> handle.definition().declared())
			.sorted(Comparator.comparing(PluginHandle::id))
			.toList();
		this.startup.loadAll(declared);
		this.configurations.pluginsLoaded();
		if (!declared.isEmpty()) {
			logger.info(LoadedPlugins.table(declared));
		}
	}

	/**
	 * Ends the startup phase even if the first routes have not arrived. After it, an
	 * invalid filter must not prevent later refreshes of all routes.
	 */
	@Override
	public void onApplicationEvent(ApplicationReadyEvent event) {
		endStartup();
	}

	/**
	 * Returns a declared plugin.
	 * @param name the name of the plugin
	 * @param routeId the route that uses the plugin, or {@code null}
	 * @throws WasmPluginException if no plugin with that name is declared
	 */
	public PluginHandle declared(String name, @Nullable String routeId) {
		PluginHandle handle = this.handles.get(name);
		if (handle != null && handle.definition().declared()) {
			return handle;
		}
		throw UndeclaredPlugin.failure(name, routeId,
				this.handles.values()
					.stream()
					.map(PluginHandle::definition)
					.filter(PluginDefinition::declared)
					.toList());
	}

	/**
	 * Returns a root context of a declared plugin with a separate configuration. During
	 * startup, the plugin must accept the configuration. Later, the filter sees it with
	 * the first request.
	 * @param handle the plugin
	 * @param rootId the root id, or {@code null} for the plugin's
	 * @param configuration the configuration
	 * @param routeId the route that uses the root context, or {@code null}
	 * @throws WasmPluginException if the configuration cannot be read, if its location is
	 * not allowed, or, during startup, if the plugin rejects it
	 */
	public RootSpec root(PluginHandle handle, @Nullable String rootId, PluginConfiguration configuration,
			@Nullable String routeId) {
		return this.configurations.root(handle, rootId, configuration, routeId,
				Thread.currentThread() == this.startupThread);
	}

	/**
	 * Returns a plugin that is defined in a route. Loading it may still be in progress,
	 * or may have failed.
	 * @param plugin the definition
	 * @param routeId the route, or {@code null}
	 * @throws WasmPluginException if its location is not allowed, or, during startup, if
	 * it cannot be loaded
	 */
	public PluginHandle inline(InlinePlugin plugin, @Nullable String routeId) {
		this.configurations.checkLocation(plugin.url(), routeId, plugin.url());
		this.configurations.checkLocation(plugin.url(), routeId, plugin.configuration().location());
		return this.inline.get(plugin, routeId, Thread.currentThread() == this.startupThread);
	}

	/**
	 * Returns whether the application is starting: it is not ready, and its first routes
	 * have not arrived. During this phase a mistake in the configuration stops the
	 * application. Later it must not affect other routes.
	 */
	public boolean isStarting() {
		return this.startupThread != null;
	}

	/**
	 * Returns all plugins in the order of their ids.
	 */
	public List<PluginHandle> plugins() {
		return this.handles.values().stream().sorted(Comparator.comparing(PluginHandle::id)).toList();
	}

	/**
	 * Returns a plugin, or {@code null} if there is none with that id.
	 */
	public @Nullable PluginHandle plugin(String id) {
		return this.handles.get(id);
	}

	/**
	 * Fetches a plugin again and reloads it. Blocks.
	 * @throws WasmPluginException if the new version cannot be started; the old one keeps
	 * serving
	 */
	public void reload(PluginHandle handle) {
		handle.reload();
	}

	/**
	 * Applies changed declarations in the background. Plugins whose definitions have
	 * changed are reloaded, and new ones are loaded. A plugin that is no longer declared
	 * keeps serving, because routes may still refer to it. If a new version cannot be
	 * started, the old one keeps serving.
	 * @param definitions the current definitions
	 * @return whether there are new plugins, which routes may already refer to
	 */
	public boolean refresh(Collection<PluginDefinition> definitions) {
		boolean isNew = false;
		for (PluginDefinition definition : definitions) {
			PluginHandle added = new PluginHandle(definition, this.loader, this.listeners);
			PluginHandle known = this.handles.putIfAbsent(definition.id(), added);
			if (known == null) {
				isNew = true;
				added.loadInBackground(this.loads);
			}
			else {
				known.reloadInBackground(definition, this.loads);
			}
		}
		return isNew;
	}

	/**
	 * Returns the executor that loads plugins. It starts a new thread if none is idle.
	 */
	Executor loads() {
		return this.loads;
	}

	PluginWatch watch(PluginHandle handle, Duration remoteInterval) {
		return new PluginWatch(handle, this.loader, remoteInterval);
	}

	/**
	 * Updates which routes use which plugins. A plugin that was defined in a route and is
	 * no longer used is closed when its last stream has ended, and so is the root context
	 * of a route with its own configuration.
	 * @param routes the use by plugin
	 */
	public void routesChanged(Map<PluginHandle, RouteUse> routes) {
		endStartup();
		this.handles.values().forEach((handle) -> handle.use().usedBy(routes.getOrDefault(handle, RouteUse.NONE)));
		this.unused.sweepLater();
	}

	private void endStartup() {
		this.startupThread = null;
		this.configurations.endStartup();
	}

	@Override
	public void destroy() {
		this.loads.close();
		this.handles.values().forEach(PluginHandle::close);
	}

}
