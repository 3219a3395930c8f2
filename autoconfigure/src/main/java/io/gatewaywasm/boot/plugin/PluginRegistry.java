package io.gatewaywasm.boot.plugin;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

import io.gatewaywasm.host.plugin.PluginState;
import io.gatewaywasm.host.spi.HostScheduler;
import io.gatewaywasm.host.vm.RootSpec;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;

/**
 * The plugins of a gateway by their ids.
 * <p>
 * Declared plugins are loaded at the end of start-up, before anything is served, and keep
 * the application from starting if they cannot be. A plugin that a route describes itself
 * is loaded when it is first looked up: during start-up at once, with the same
 * consequence; later in the background, so that refreshing routes neither blocks nor
 * fails. It is closed some time after no route has it any more. Looking up is cheap:
 * gateways rebuild their routes every few seconds.
 */
public final class PluginRegistry
		implements SmartInitializingSingleton, ApplicationListener<ApplicationReadyEvent>, DisposableBean {

	private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

	private final Map<String, PluginHandle> handles = new ConcurrentHashMap<>();

	private final AllowedLocations allowedLocations;

	private final PluginLoader loader;

	private final LoadThreads loads = new LoadThreads();

	private final List<PluginListener> listeners;

	private final UnusedPlugins unused;

	private final StartupLoads startup;

	private volatile @Nullable Thread startupThread = Thread.currentThread();

	/**
	 * Create a new registry.
	 * @param declared the plugins that the application declares
	 * @param allowedLocations where plugins that routes describe may come from
	 * @param loader makes running plugins
	 * @param scheduler does work in the background
	 * @param listeners are told when plugins come and go
	 * @param fetchFailure what happens when a module cannot be fetched at start-up
	 */
	public PluginRegistry(Collection<PluginDefinition> declared, AllowedLocations allowedLocations, PluginLoader loader,
			HostScheduler scheduler, List<PluginListener> listeners, FetchFailurePolicy fetchFailure) {
		this.allowedLocations = allowedLocations;
		this.loader = loader;
		this.listeners = List.copyOf(listeners);
		this.unused = new UnusedPlugins(this.handles, scheduler);
		this.startup = new StartupLoads(fetchFailure, scheduler, this.loads);
		declared.forEach((definition) -> this.handles.put(definition.id(),
				new PluginHandle(definition, loader, this.listeners)));
	}

	/**
	 * Load the declared plugins, several at a time. Done when all beans are there, since
	 * plugins use beans, and other threads should not make any while this one does.
	 */
	@Override
	public void afterSingletonsInstantiated() {
		this.startup
			.loadAll(this.handles.values().stream().filter((handle) -> handle.definition().declared()).toList());
	}

	/**
	 * Ends start-up even if the first routes have not come yet: a mistake must not stop
	 * later refreshes of all routes.
	 */
	@Override
	public void onApplicationEvent(ApplicationReadyEvent event) {
		this.startupThread = null;
	}

	/**
	 * Return a declared plugin.
	 * @param name the name of the plugin
	 * @param routeId the route that wants it, or {@code null}
	 * @return the plugin's handle
	 * @throws WasmPluginException if no plugin of that name is declared
	 */
	public PluginHandle declared(String name, @Nullable String routeId) {
		PluginHandle handle = this.handles.get(name);
		if (handle != null && handle.definition().declared()) {
			return handle;
		}
		Set<String> names = new TreeSet<>();
		this.handles.values()
			.stream()
			.map(PluginHandle::definition)
			.filter(PluginDefinition::declared)
			.forEach((definition) -> names.add(definition.id()));
		throw new WasmPluginException(name, routeId, null, "No plugin of that name is declared",
				names.isEmpty() ? "Declare it by 'gateway.wasm.plugins.%s.url'.".formatted(name)
						: "Declare it by 'gateway.wasm.plugins.%s.url', or use one of %s.".formatted(name, names),
				null);
	}

	/**
	 * Return a root context of a declared plugin with a configuration of its own.
	 * @param handle the plugin
	 * @param rootId the root id, or {@code null} for the plugin's
	 * @param configuration the configuration
	 * @param routeId the route that wants it, or {@code null}
	 * @return the root context to open streams with
	 * @throws WasmPluginException if the configuration cannot be read or comes from a
	 * location that is not allowed
	 */
	public RootSpec root(PluginHandle handle, @Nullable String rootId, PluginConfiguration configuration,
			@Nullable String routeId) {
		checkLocation(handle.id(), routeId, configuration.location());
		try {
			PluginDefinition definition = handle.definition();
			PluginConfiguration effective = configuration.isEmpty() ? definition.configuration() : configuration;
			return new RootSpec(handle.id(), (rootId != null) ? rootId : handle.rootId(),
					this.loader.configuration(handle.id(), effective));
		}
		catch (WasmPluginException ex) {
			throw ex.forRoute(routeId);
		}
	}

	/**
	 * Return a plugin that a route describes itself.
	 * @param plugin the description
	 * @param routeId the route that wants it, or {@code null}
	 * @return the plugin's handle; loading it may still be under way or have failed
	 * @throws WasmPluginException if it comes from a location that is not allowed, or,
	 * during start-up, cannot be loaded
	 */
	public PluginHandle inline(InlinePlugin plugin, @Nullable String routeId) {
		checkLocation(plugin.url(), routeId, plugin.url());
		checkLocation(plugin.url(), routeId, plugin.configuration().location());
		boolean[] added = { false };
		PluginHandle handle = this.handles.compute(plugin.id(), (id, known) -> {
			if (known != null && known.state() != PluginState.CLOSED) {
				known.use().used();
				return known;
			}
			added[0] = true;
			return new PluginHandle(plugin.definition(), this.loader, this.listeners);
		});
		try {
			load(handle, added[0]);
		}
		catch (WasmPluginException ex) {
			throw ex.forRoute(routeId);
		}
		return handle;
	}

	private void load(PluginHandle handle, boolean added) {
		boolean startup = (Thread.currentThread() == this.startupThread);
		WasmPluginException failure = handle.failure();
		if (startup && added) {
			this.startup.load(handle);
		}
		else if (startup && failure != null && !this.startup.tolerates(failure)) {
			throw failure;
		}
		else if (added || handle.restart(Instant.now().minus(RETRY_AFTER))) {
			handle.loadInBackground(this.loads);
		}
	}

	/**
	 * Returns whether the application starts: it is not ready yet, and has not got its
	 * first routes. A mistake in the configuration keeps it from starting then; later the
	 * mistake must not concern other routes.
	 * @return whether the application starts
	 */
	public boolean isStarting() {
		return this.startupThread != null;
	}

	private void checkLocation(String plugin, @Nullable String routeId, @Nullable String location) {
		if (location != null) {
			this.allowedLocations.check(plugin, routeId, location);
		}
	}

	/**
	 * Return all plugins.
	 * @return the handles in the order of their ids
	 */
	public List<PluginHandle> plugins() {
		return this.handles.values().stream().sorted(Comparator.comparing(PluginHandle::id)).toList();
	}

	/**
	 * Return a plugin.
	 * @param id the id of the plugin
	 * @return the handle or {@code null}
	 */
	public @Nullable PluginHandle plugin(String id) {
		return this.handles.get(id);
	}

	/**
	 * Put a new version of a plugin in service: fetched anew from where the plugin comes
	 * from. Blocks.
	 * @param handle the plugin
	 * @throws WasmPluginException if the new version cannot be started; the old one goes
	 * on serving
	 */
	public void reload(PluginHandle handle) {
		handle.reload(handle.definition(), null);
	}

	/**
	 * Make what runs equal to what is declared now, in the background: plugins that are
	 * declared differently are reloaded, new ones are loaded. One that is not declared
	 * any more goes on serving, since routes may still name it. A definition that cannot
	 * be started changes nothing.
	 * @param definitions the definitions that are declared now
	 * @return whether there are new plugins, which routes may have named before
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
	 * Returns the threads that load plugins.
	 * @return starts a thread for each task, if none is idle
	 */
	Executor loads() {
		return this.loads;
	}

	PluginWatch watch(PluginHandle handle, Duration remoteInterval) {
		return new PluginWatch(handle, this.loader, remoteInterval);
	}

	/**
	 * Take note of which routes use which plugins now. Plugins that routes once described
	 * and none has any more are closed when their last stream has ended.
	 * @param routes the ids of the routes by plugin
	 */
	public void routesChanged(Map<PluginHandle, Set<String>> routes) {
		this.startupThread = null;
		this.handles.values().forEach((handle) -> handle.use().usedBy(routes.getOrDefault(handle, Set.of())));
		this.unused.sweepLater();
	}

	@Override
	public void destroy() {
		this.loads.close();
		this.handles.values().forEach(PluginHandle::close);
	}

}
