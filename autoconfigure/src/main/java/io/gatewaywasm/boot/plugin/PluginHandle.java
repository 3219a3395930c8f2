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

	private final PluginLoads loads;

	private final List<PluginListener> listeners;

	private final PluginUse use = new PluginUse();

	PluginHandle(PluginDefinition definition, PluginLoader loader, List<PluginListener> listeners) {
		this.loader = loader;
		this.loads = new PluginLoads(definition, loader, this.loadState, listeners);
		this.listeners = listeners;
	}

	/**
	 * Returns the id of the plugin.
	 */
	public String id() {
		return this.loads.id();
	}

	/**
	 * Returns the current definition of the plugin.
	 */
	public PluginDefinition definition() {
		return this.loads.definition();
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
		return (plugin != null) ? plugin.status().rootId() : definition().rootId();
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

	/** Loads the plugin, see {@link PluginLoads#load()}. */
	void load() {
		this.loads.load();
	}

	/** Loads the plugin on a thread of the executor, which may block. */
	void loadInBackground(Executor executor) {
		this.loads.loadInBackground(executor);
	}

	/**
	 * Reloads the plugin from a new definition, see
	 * {@link PluginLoads#reload(PluginDefinition)}.
	 */
	void reload(PluginDefinition newDefinition) {
		this.loads.reload(newDefinition);
	}

	/** Fetches the plugin again and reloads it, see {@link PluginLoads#reload()}. */
	void reload() {
		this.loads.reload();
	}

	/**
	 * Reloads the plugin because its files have changed, see
	 * {@link PluginLoads#reloadChanged}.
	 */
	void reloadChanged(PluginDefinition current, PluginSource source) {
		this.loads.reloadChanged(current, source);
	}

	/** Reloads the plugin on a thread of the executor, which may block. */
	void reloadInBackground(PluginDefinition newDefinition, Executor executor) {
		this.loads.reloadInBackground(newDefinition, executor);
	}

	/**
	 * Checks on the calling thread that the plugin accepts a configuration of a route, if
	 * the plugin is loaded. Throws {@link WasmPluginException} if it rejects the
	 * configuration, or traps.
	 */
	void check(RootSpec root) {
		Plugin plugin = plugin();
		if (plugin != null) {
			this.loader.check(plugin, definition(), root);
		}
	}

	/**
	 * Records that a new version exists but cannot be read.
	 */
	void refused(WasmPluginException why) {
		this.loads.reloads().failed(why);
	}

	/**
	 * Returns a digest of the source of the version that serves, or an empty string if
	 * there is none.
	 */
	String digest() {
		return this.loads.digest();
	}

	/**
	 * Returns why the last reload failed, or {@code null} if it succeeded or there was
	 * none.
	 */
	public @Nullable ReloadFailure lastReloadFailure() {
		return this.loads.reloads().lastFailure();
	}

	/**
	 * Returns the number of reloads that kept the old version because the new one could
	 * not be started.
	 */
	public long reloadFailures() {
		return this.loads.reloads().failures();
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
		Plugin last = this.loadState.close(new WasmPluginException(id(), null, definition().url(),
				"The plugin was closed", "Repeat the request.", null));
		this.listeners.forEach((listener) -> listener.closed(id()));
		return last;
	}

	@Override
	public String toString() {
		return "PluginHandle[" + id() + ", " + state() + "]";
	}

}
