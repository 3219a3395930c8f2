package io.gatewaywasm.boot.plugin;

import java.time.Instant;
import java.util.concurrent.CompletableFuture;

import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.plugin.PluginState;
import org.jspecify.annotations.Nullable;

/**
 * Where loading a plugin stands, and what came of it.
 *
 * <pre>
 * LOADING ──▶ WARMING ──▶ LIVE ──▶ CLOSED
 *    │ ▲                               ▲
 *    ▼ │ (next look-up)                │
 *  FAILED ─────────────────────────────┘
 * </pre>
 *
 * Thread-safe. Reading the plugin is one volatile read. Who waits for the plugin is told
 * outside the lock.
 */
final class LoadState {

	private CompletableFuture<Plugin> loaded = new CompletableFuture<>();

	private volatile PluginState state = PluginState.LOADING;

	private volatile @Nullable Plugin plugin;

	private volatile @Nullable WasmPluginException failure;

	private volatile @Nullable Instant failedAt;

	PluginState state() {
		return this.state;
	}

	/**
	 * Return the plugin.
	 * @return the plugin, or {@code null} unless the state is {@link PluginState#LIVE}
	 */
	@Nullable Plugin plugin() {
		return this.plugin;
	}

	/**
	 * Return why the last attempt failed.
	 * @return the failure, or {@code null} if it did not
	 */
	@Nullable WasmPluginException failure() {
		return this.failure;
	}

	@Nullable Instant failedAt() {
		return this.failedAt;
	}

	/**
	 * Return the plugin as soon as it has been loaded.
	 * @return a copy, so that nobody else can complete what others wait for
	 */
	synchronized CompletableFuture<Plugin> loaded() {
		return this.loaded.copy();
	}

	/**
	 * Go back to loading, if the last attempt failed before a certain time.
	 * @param time the time
	 * @return whether the caller shall load the plugin
	 */
	synchronized boolean restart(Instant time) {
		Instant last = this.failedAt;
		if (this.state != PluginState.FAILED || last == null || !last.isBefore(time)) {
			return false;
		}
		this.state = PluginState.LOADING;
		this.loaded = new CompletableFuture<>();
		return true;
	}

	/** The filter is going to be warmed up. */
	synchronized void warming() {
		if (this.state == PluginState.LOADING) {
			this.state = PluginState.WARMING;
		}
	}

	/**
	 * The plugin has been loaded.
	 * @param plugin the plugin
	 * @return to be completed when those who have to know of the plugin before streams do
	 * know of it, or {@code null} if nobody wants it any more
	 */
	synchronized @Nullable CompletableFuture<Plugin> live(Plugin plugin) {
		if (this.state == PluginState.CLOSED) {
			return null;
		}
		if (this.loaded.isDone()) {
			this.loaded = new CompletableFuture<>();
		}
		this.plugin = plugin;
		this.failure = null;
		this.failedAt = null;
		this.state = PluginState.LIVE;
		return this.loaded;
	}

	/**
	 * The plugin could not be loaded.
	 * @param why what is wrong
	 */
	void failed(WasmPluginException why) {
		CompletableFuture<Plugin> waiting;
		synchronized (this) {
			if (this.state != PluginState.CLOSED) {
				this.failure = why;
				this.failedAt = Instant.now();
				this.state = PluginState.FAILED;
			}
			waiting = this.loaded;
		}
		waiting.completeExceptionally(why);
	}

	/**
	 * Nobody wants the plugin any more.
	 * @param why what those are told who wait for it
	 * @return the plugin to be closed, or {@code null} if there is none
	 */
	@Nullable Plugin close(WasmPluginException why) {
		Plugin last;
		CompletableFuture<Plugin> waiting;
		synchronized (this) {
			last = this.plugin;
			this.plugin = null;
			this.state = PluginState.CLOSED;
			waiting = this.loaded;
		}
		waiting.completeExceptionally(why);
		return last;
	}

}
