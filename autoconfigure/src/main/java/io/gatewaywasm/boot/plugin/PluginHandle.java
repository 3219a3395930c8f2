package io.gatewaywasm.boot.plugin;

import java.time.Instant;
import java.util.List;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.spi.RootSpec;
import io.gatewaywasm.host.plugin.PluginState;
import org.jspecify.annotations.Nullable;

/**
 * A plugin in the registry. Filters keep a handle rather than the plugin, because the
 * handle remains valid when the plugin is loaded, reloaded or closed. Thread-safe.
 * Reading the plugin is one volatile read.
 */
public final class PluginHandle {

	private final PluginLoader loader;

	private final LoadState loadState = new LoadState();

	private final FirstLoad firstLoad;

	private final PluginReloads reloads;

	private final LatestReload latestReload = new LatestReload(this);

	private final List<PluginListener> listeners;

	private volatile PluginDefinition definition;

	private volatile String digest = "";

	private final PluginUse use = new PluginUse();

	PluginHandle(PluginDefinition definition, PluginLoader loader, List<PluginListener> listeners) {
		this.definition = definition;
		this.loader = loader;
		this.firstLoad = new FirstLoad(loader, this.loadState, listeners);
		this.reloads = new PluginReloads(loader, listeners);
		this.listeners = listeners;
	}

	/**
	 * Returns the id of the plugin.
	 */
	public String id() {
		return this.definition.id();
	}

	/**
	 * Returns the current definition of the plugin.
	 */
	public PluginDefinition definition() {
		return this.definition;
	}

	/**
	 * Returns the plugin, or {@code null} unless the state is {@link PluginState#LIVE}.
	 */
	public @Nullable Plugin plugin() {
		return this.loadState.plugin();
	}

	/**
	 * Returns the root id of the version that serves, or the declared one if none serves
	 * yet.
	 */
	String rootId() {
		Plugin plugin = plugin();
		return (plugin != null) ? plugin.status().rootId() : this.definition.rootId();
	}

	/**
	 * Returns the origin of the module that serves, or {@code null} if there is none.
	 */
	public @Nullable ModuleOrigin origin() {
		Plugin plugin = plugin();
		return (plugin != null) ? this.loader.origin(id(), plugin.status().module().sha256()) : null;
	}

	/**
	 * Returns the state of loading the plugin. A plugin that is live here can itself
	 * report that all its VMs have failed.
	 */
	public PluginState state() {
		return this.loadState.state();
	}

	/**
	 * Returns why the last attempt to load the plugin failed, or {@code null}.
	 */
	public @Nullable WasmPluginException failure() {
		return this.loadState.failure();
	}

	/**
	 * Returns when the last attempt to load the plugin failed, or {@code null}.
	 */
	public @Nullable Instant failedAt() {
		return this.loadState.failedAt();
	}

	/**
	 * Returns the ids of the routes that use the plugin, in alphabetical order.
	 */
	public SortedSet<String> routes() {
		return this.use.routes();
	}

	/**
	 * Returns a future that completes with the loaded plugin or with a
	 * {@link WasmPluginException}.
	 */
	public CompletableFuture<Plugin> loaded() {
		return this.loadState.loaded();
	}

	/**
	 * Loads the plugin on the calling thread, unless it is already loaded or closed.
	 * Throws {@link WasmPluginException} if the plugin cannot be loaded.
	 */
	void load() {
		synchronized (this.reloads) {
			if (state() != PluginState.LIVE && state() != PluginState.CLOSED) {
				this.firstLoad.run(this.definition, (loaded) -> this.digest = loaded);
			}
		}
	}

	/**
	 * Reloads the plugin from a new definition with the same id, on the calling thread.
	 * The old version serves until the new one is live, and keeps serving if the new one
	 * cannot be started. A load or reload that is in progress ends first. Throws
	 * {@link WasmPluginException} if the new version cannot be started.
	 */
	void reload(PluginDefinition newDefinition) {
		synchronized (this.reloads) {
			reload(newDefinition, null);
		}
	}

	/**
	 * Fetches the plugin again and reloads it, on the calling thread. Throws
	 * {@link WasmPluginException} if the new version cannot be started, or if the plugin
	 * is being loaded, which can take minutes.
	 */
	void reload() {
		if (state() == PluginState.LOADING || state() == PluginState.WARMING) {
			throw notLive();
		}
		synchronized (this.reloads) {
			reload(this.definition, null);
		}
	}

	/**
	 * Reloads the plugin on the calling thread because its files have changed, unless its
	 * definition has changed too. {@code source} was read for {@code current}. Throws
	 * {@link WasmPluginException} if the new version cannot be started.
	 */
	void reloadChanged(PluginDefinition current, PluginSource source) {
		synchronized (this.reloads) {
			if (current.equals(this.definition)) {
				reload(current, source);
			}
		}
	}

	private void reload(PluginDefinition newDefinition, @Nullable PluginSource source) {
		Plugin current = plugin();
		if (current != null) {
			this.digest = this.reloads.reload(current, newDefinition, source).digest();
			this.definition = newDefinition;
		}
		else if (state() == PluginState.LOADING) {
			// The load has not begun, and will use the new definition
			this.definition = newDefinition;
		}
		else if (restart(Instant.MAX)) {
			// The new definition may fix what made loading fail
			this.definition = newDefinition;
			load();
		}
		else {
			throw notLive();
		}
	}

	private WasmPluginException notLive() {
		return new WasmPluginException(id(), null, this.definition.url(), "The plugin is not live, but " + state(),
				"Reload it when it is live.", null);
	}

	/**
	 * Checks on the calling thread that the plugin accepts a configuration of a route, if
	 * the plugin is loaded. Throws {@link WasmPluginException} if it rejects the
	 * configuration, or traps.
	 */
	void check(RootSpec root) {
		Plugin plugin = plugin();
		if (plugin != null) {
			this.loader.check(plugin, this.definition, root);
		}
	}

	/**
	 * Records that a new version exists but cannot be read.
	 */
	void refused(WasmPluginException why) {
		this.reloads.failed(why);
	}

	/**
	 * Returns a digest of the source of the version that serves, or an empty string if
	 * there is none.
	 */
	String digest() {
		return this.digest;
	}

	/**
	 * Returns why the last reload failed, or {@code null} if it succeeded or there was
	 * none.
	 */
	public @Nullable ReloadFailure lastReloadFailure() {
		return this.reloads.lastFailure();
	}

	/**
	 * Returns the number of reloads that kept the old version because the new one could
	 * not be started.
	 */
	public long reloadFailures() {
		return this.reloads.failures();
	}

	/**
	 * Loads the plugin on a thread of the executor, which may block. Failures are logged.
	 */
	void loadInBackground(Executor executor) {
		this.firstLoad.runLater(this::load, this.definition, executor);
	}

	/**
	 * Reloads the plugin on a thread of the executor, which may block. Failures are
	 * logged. During a reload, only the newest definition waits for its end.
	 */
	void reloadInBackground(PluginDefinition newDefinition, Executor executor) {
		this.latestReload.submit(newDefinition, executor);
	}

	/**
	 * Returns to LOADING if the last attempt failed before the given time. The caller
	 * loads the plugin if the result is {@code true}.
	 */
	boolean restart(Instant time) {
		return this.loadState.restart(time);
	}

	PluginUse use() {
		return this.use;
	}

	/**
	 * Returns for how many nanoseconds the plugin has been unused, or 0 if routes or
	 * streams use it.
	 */
	long idleNanos() {
		Plugin plugin = plugin();
		return (plugin != null && plugin.status().counters().activeStreams() > 0) ? 0 : this.use.idleNanos();
	}

	void close() {
		Plugin last = end();
		if (last != null) {
			last.close();
		}
	}

	/**
	 * Ends the use of the plugin, and notifies the listeners. Runs no guest. Returns the
	 * plugin that the caller must close, or {@code null}.
	 */
	@Nullable Plugin end() {
		Plugin last = this.loadState.close(new WasmPluginException(id(), null, this.definition.url(),
				"The plugin was closed", "Repeat the request.", null));
		this.listeners.forEach((listener) -> listener.closed(id()));
		return last;
	}

	@Override
	public String toString() {
		return "PluginHandle[" + id() + ", " + state() + "]";
	}

}
