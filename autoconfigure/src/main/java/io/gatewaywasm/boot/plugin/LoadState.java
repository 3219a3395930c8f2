package io.gatewaywasm.boot.plugin;

import java.time.Instant;
import java.util.concurrent.CompletableFuture;

import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.plugin.PluginState;
import org.jspecify.annotations.Nullable;

/**
 * The state of loading a plugin, and its result. <pre>
 * LOADING ──▶ WARMING ──▶ LIVE ──▶ CLOSED
 *    │ ▲                               ▲
 *    ▼ │ (next look-up)                │
 *  FAILED ─────────────────────────────┘
 * </pre> Without a warm-up, LOADING is followed by LIVE. A warm-up or start can fail in
 * WARMING as well. A retry of the policy {@code degrade} leaves FAILED only if it
 * succeeds. Thread-safe. Reading the plugin is one volatile read. Futures are completed
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
	 * Returns the plugin, or {@code null} unless the state is {@link PluginState#LIVE}.
	 */
	@Nullable Plugin plugin() {
		return this.plugin;
	}

	/**
	 * Returns why the last attempt failed, or {@code null} if it did not fail.
	 */
	@Nullable WasmPluginException failure() {
		return this.failure;
	}

	@Nullable Instant failedAt() {
		return this.failedAt;
	}

	/**
	 * Returns a future for the loaded plugin. It is a copy, so a caller that completes it
	 * does not affect the others.
	 */
	synchronized CompletableFuture<Plugin> loaded() {
		return this.loaded.copy();
	}

	/**
	 * Returns to LOADING if the last attempt failed before the given time. The caller
	 * loads the plugin if the result is {@code true}.
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

	/** Marks the start of the warm-up. */
	synchronized void warming() {
		if (this.state == PluginState.LOADING) {
			this.state = PluginState.WARMING;
		}
	}

	/**
	 * Marks the plugin as loaded. The caller completes the returned future after the
	 * listeners have been notified, so that they know the plugin before streams use it.
	 * Returns {@code null} if the plugin was closed in the meantime.
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
	 * Marks the attempt as failed.
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
	 * Marks the plugin as closed, and fails the streams that wait for it. Returns the
	 * plugin that the caller must close, or {@code null}.
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
