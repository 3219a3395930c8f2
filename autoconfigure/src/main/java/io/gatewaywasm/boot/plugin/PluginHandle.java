package io.gatewaywasm.boot.plugin;

import java.time.Instant;
import java.util.List;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.plugin.PluginState;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A plugin's place in the registry, which outlives the filters that point to it: routes,
 * and with them filters, are rebuilt all the time. Thread-safe. Reading the plugin is one
 * volatile read.
 */
public final class PluginHandle {

	private static final Logger logger = LoggerFactory.getLogger(PluginHandle.class);

	private final PluginLoader loader;

	private final LoadState loadState = new LoadState();

	private final PluginReloads reloads;

	private final LatestReload latestReload = new LatestReload(this);

	private final List<PluginListener> listeners;

	private volatile PluginDefinition definition;

	private volatile String digest = "";

	private final PluginUse use = new PluginUse();

	PluginHandle(PluginDefinition definition, PluginLoader loader, List<PluginListener> listeners) {
		this.definition = definition;
		this.loader = loader;
		this.reloads = new PluginReloads(loader, listeners);
		this.listeners = listeners;
	}

	/**
	 * Return the id of the plugin.
	 * @return the id
	 */
	public String id() {
		return this.definition.id();
	}

	/**
	 * Return what the plugin is made from.
	 * @return the definition
	 */
	public PluginDefinition definition() {
		return this.definition;
	}

	/**
	 * Return the plugin if it is there.
	 * @return the plugin, or {@code null} unless the state is {@link PluginState#LIVE}
	 */
	public @Nullable Plugin plugin() {
		return this.loadState.plugin();
	}

	/**
	 * Return the root id.
	 * @return the one that serves, or, as long as none does, the one that was declared
	 */
	String rootId() {
		Plugin plugin = plugin();
		return (plugin != null) ? plugin.status().rootId() : this.definition.rootId();
	}

	/**
	 * Return where the module that serves came from.
	 * @return where that is, or {@code null} if there is none
	 */
	public @Nullable ModuleOrigin origin() {
		Plugin plugin = plugin();
		return (plugin != null) ? this.loader.origin(id(), plugin.status().sha256()) : null;
	}

	/**
	 * Return where loading the plugin stands; a live plugin can still say of itself that
	 * all its VMs failed.
	 * @return the state
	 */
	public PluginState state() {
		return this.loadState.state();
	}

	/**
	 * Return why the plugin could not be loaded.
	 * @return the failure of the last attempt, or {@code null}
	 */
	public @Nullable WasmPluginException failure() {
		return this.loadState.failure();
	}

	/**
	 * Return when the plugin could not be loaded.
	 * @return the time of the last attempt that failed, or {@code null}
	 */
	public @Nullable Instant failedAt() {
		return this.loadState.failedAt();
	}

	/**
	 * Return the routes that use the plugin.
	 * @return the ids of the routes in alphabetical order
	 */
	public SortedSet<String> routes() {
		return this.use.routes();
	}

	/**
	 * Return the plugin as soon as it has been loaded.
	 * @return completes with the plugin or a {@link WasmPluginException}
	 */
	public CompletableFuture<Plugin> loaded() {
		return this.loadState.loaded();
	}

	/**
	 * Load the plugin on this thread.
	 * @throws WasmPluginException if it cannot be loaded
	 */
	void load() {
		try {
			PluginSource source = this.loader.read(this.definition);
			Plugin loaded = this.loader.load(this.definition, source, this.loadState::warming);
			this.digest = source.digest();
			complete(loaded);
		}
		catch (WasmPluginException ex) {
			this.loadState.failed(ex);
			throw ex;
		}
		catch (RuntimeException | Error ex) {
			WasmPluginException failure = unexpected(ex);
			this.loadState.failed(failure);
			throw failure;
		}
	}

	/**
	 * Put a new version of the plugin in service on this thread: from the same
	 * definition, because what it names has changed, or from another one. Until it
	 * serves, and if it cannot be started for good, the old version serves.
	 * @param newDefinition what to make the new version from; the id must be the same
	 * @param source the bytes, or {@code null} to fetch them
	 * @throws WasmPluginException if it cannot be started
	 */
	void reload(PluginDefinition newDefinition, @Nullable PluginSource source) {
		synchronized (this.reloads) {
			Plugin current = plugin();
			if (current == null) {
				reloadFailed(newDefinition);
				return;
			}
			this.digest = this.reloads.reload(current, newDefinition, source).digest();
			this.definition = newDefinition;
		}
	}

	/**
	 * Note that there is a new version that cannot even be read.
	 * @param why what is wrong with it
	 */
	void refused(WasmPluginException why) {
		this.reloads.failed(why);
	}

	/**
	 * There is no version to replace: the new definition may cure what ailed the first.
	 */
	private void reloadFailed(PluginDefinition newDefinition) {
		if (!restart(Instant.MAX)) {
			throw new WasmPluginException(id(), null, newDefinition.url(), "The plugin is " + state(),
					"Reload it when it is live.", null);
		}
		this.definition = newDefinition;
		load();
	}

	/**
	 * Return a digest of what the version that serves was made from.
	 * @return the digest, empty if there is none
	 */
	String digest() {
		return this.digest;
	}

	/**
	 * Return why the last reload changed nothing.
	 * @return the failure, or {@code null} if there was no reload or it succeeded
	 */
	public @Nullable ReloadFailure lastReloadFailure() {
		return this.reloads.lastFailure();
	}

	/**
	 * Return how many reloads changed nothing because the new version could not be
	 * started.
	 * @return the number of reloads
	 */
	public long reloadFailures() {
		return this.reloads.failures();
	}

	/**
	 * Load the plugin on another thread and log what goes wrong.
	 * @param executor has threads that may block
	 */
	void loadInBackground(Executor executor) {
		try {
			executor.execute(() -> {
				try {
					load();
				}
				catch (WasmPluginException ex) {
					logger.error("{}. {}", ex.getMessage(), ex.getRemedy(), ex);
				}
			});
		}
		catch (RejectedExecutionException ex) {
			this.loadState.failed(unexpected(ex));
		}
	}

	/**
	 * Put a new version of the plugin in service on another thread and log what goes
	 * wrong. While a reload is under way, only the newest definition waits for its end.
	 * @param newDefinition what to make the new version from
	 * @param executor has threads that may block
	 */
	void reloadInBackground(PluginDefinition newDefinition, Executor executor) {
		this.latestReload.submit(newDefinition, executor);
	}

	/**
	 * Go back to loading, if the last attempt failed before a certain time.
	 * @param time the time
	 * @return whether the caller shall load the plugin
	 */
	boolean restart(Instant time) {
		return this.loadState.restart(time);
	}

	PluginUse use() {
		return this.use;
	}

	/**
	 * Return how long nobody has wanted the plugin.
	 * @return nanoseconds, 0 while routes or streams use it
	 */
	long idleNanos() {
		Plugin plugin = plugin();
		return (plugin != null && plugin.status().activeStreams() > 0) ? 0 : this.use.idleNanos();
	}

	void close() {
		Plugin last = this.loadState.close(new WasmPluginException(id(), null, this.definition.url(),
				"The plugin was closed", "Send the request again.", null));
		if (last != null) {
			this.listeners.forEach((listener) -> listener.closed(id()));
			last.close();
		}
	}

	private void complete(Plugin plugin) {
		CompletableFuture<Plugin> waiting = this.loadState.live(plugin);
		if (waiting == null) {
			plugin.close();
			return;
		}
		logger.info("Wasm plugin '{}' is live", id());
		this.listeners.forEach((listener) -> listener.live(id(), plugin));
		waiting.complete(plugin);
	}

	private WasmPluginException unexpected(Throwable cause) {
		return WasmPluginException.unexpected(id(), this.definition.url(), cause);
	}

	@Override
	public String toString() {
		return "PluginHandle[" + id() + ", " + state() + "]";
	}

}
