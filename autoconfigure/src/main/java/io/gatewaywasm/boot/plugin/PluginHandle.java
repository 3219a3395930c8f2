package io.gatewaywasm.boot.plugin;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
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
 * and with them filters, are rebuilt all the time.
 *
 * <pre>
 * LOADING ──▶ LIVE ──▶ CLOSED
 *    │ ▲                 ▲
 *    ▼ │ (next look-up)  │
 *  FAILED ───────────────┘
 * </pre>
 *
 * Thread-safe. Reading the plugin is one volatile read.
 */
public final class PluginHandle {

	private static final Logger logger = LoggerFactory.getLogger(PluginHandle.class);

	private final PluginDefinition definition;

	private final PluginLoader loader;

	private final List<PluginListener> listeners;

	private CompletableFuture<Plugin> loaded = new CompletableFuture<>();

	private volatile PluginState state = PluginState.LOADING;

	private volatile @Nullable Plugin plugin;

	private volatile @Nullable WasmPluginException failure;

	private volatile @Nullable Instant failedAt;

	private volatile Set<String> routes = Set.of();

	private volatile long idleSince;

	PluginHandle(PluginDefinition definition, PluginLoader loader, List<PluginListener> listeners) {
		this.definition = definition;
		this.loader = loader;
		this.listeners = listeners;
		used();
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
		return this.plugin;
	}

	/**
	 * Return where loading the plugin stands; a live plugin can still say of itself that
	 * all its VMs failed.
	 * @return the state
	 */
	public PluginState state() {
		return this.state;
	}

	/**
	 * Return why the plugin could not be loaded.
	 * @return the failure of the last attempt, or {@code null}
	 */
	public @Nullable WasmPluginException failure() {
		return this.failure;
	}

	/**
	 * Return when the plugin could not be loaded.
	 * @return the time of the last attempt that failed, or {@code null}
	 */
	public @Nullable Instant failedAt() {
		return this.failedAt;
	}

	/**
	 * Return the routes that use the plugin.
	 * @return the ids of the routes in alphabetical order
	 */
	public SortedSet<String> routes() {
		return new TreeSet<>(this.routes);
	}

	/**
	 * Return the plugin as soon as it has been loaded.
	 * @return completes with the plugin or a {@link WasmPluginException}
	 */
	public CompletableFuture<Plugin> loaded() {
		synchronized (this) {
			return this.loaded.copy();
		}
	}

	/**
	 * Load the plugin on this thread.
	 * @throws WasmPluginException if it cannot be loaded
	 */
	void load() {
		try {
			complete(this.loader.load(this.definition));
		}
		catch (WasmPluginException ex) {
			fail(ex);
			throw ex;
		}
		catch (RuntimeException | Error ex) {
			WasmPluginException failure = unexpected(ex);
			fail(failure);
			throw failure;
		}
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
			fail(unexpected(ex));
		}
	}

	/**
	 * Go back to loading, if the last attempt failed before a certain time.
	 * @param time the time
	 * @return whether the caller shall load the plugin
	 */
	synchronized boolean restart(Instant time) {
		Instant failedAt = this.failedAt;
		if (this.state != PluginState.FAILED || failedAt == null || !failedAt.isBefore(time)) {
			return false;
		}
		this.state = PluginState.LOADING;
		this.loaded = new CompletableFuture<>();
		return true;
	}

	/**
	 * Take note of the routes that use the plugin.
	 * @param routes the ids of the routes
	 */
	void usedBy(Set<String> routes) {
		this.routes = Set.copyOf(routes);
		if (!routes.isEmpty()) {
			used();
		}
	}

	/**
	 * Take note that somebody wants the plugin, with or without a route.
	 */
	void used() {
		this.idleSince = System.nanoTime();
	}

	/**
	 * Return how long nobody has wanted the plugin.
	 * @return nanoseconds, 0 while routes or streams use it
	 */
	long idleNanos() {
		Plugin plugin = this.plugin;
		if (!this.routes.isEmpty() || (plugin != null && plugin.status().activeStreams() > 0)) {
			return 0;
		}
		return System.nanoTime() - this.idleSince;
	}

	void close() {
		Plugin plugin;
		synchronized (this) {
			plugin = this.plugin;
			this.plugin = null;
			this.state = PluginState.CLOSED;
			this.loaded.completeExceptionally(closed());
		}
		if (plugin != null) {
			this.listeners.forEach((listener) -> listener.closed(id()));
			plugin.close();
		}
	}

	private void complete(Plugin plugin) {
		boolean late;
		synchronized (this) {
			late = (this.state == PluginState.CLOSED);
			if (!late) {
				this.plugin = plugin;
				this.failure = null;
				this.failedAt = null;
				this.state = PluginState.LIVE;
			}
		}
		if (late) {
			plugin.close();
			return;
		}
		logger.info("Wasm plugin '{}' is live", id());
		this.listeners.forEach((listener) -> listener.live(id(), plugin));
		this.loaded.complete(plugin);
	}

	private void fail(WasmPluginException failure) {
		synchronized (this) {
			if (this.state != PluginState.CLOSED) {
				this.failure = failure;
				this.failedAt = Instant.now();
				this.state = PluginState.FAILED;
			}
		}
		this.loaded.completeExceptionally(failure);
	}

	private WasmPluginException unexpected(Throwable cause) {
		return new WasmPluginException(id(), null, this.definition.url(), "Loading failed unexpectedly: " + cause,
				"Look at the stack trace for the cause; if it is in this library, please report it.", cause);
	}

	private WasmPluginException closed() {
		return new WasmPluginException(id(), null, this.definition.url(), "The plugin was closed",
				"Send the request again.", null);
	}

	@Override
	public String toString() {
		return "PluginHandle[" + id() + ", " + this.state + "]";
	}

}
