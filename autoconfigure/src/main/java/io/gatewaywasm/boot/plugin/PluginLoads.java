package io.gatewaywasm.boot.plugin;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executor;

import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.plugin.PluginState;
import org.jspecify.annotations.Nullable;

/**
 * The loads and reloads of one plugin, which run one after the other, and the definition
 * that the last one used. Thread-safe.
 */
final class PluginLoads {

	private final LoadState state;

	private final FirstLoad firstLoad;

	private final PluginReloads reloads;

	private final LatestReload latestReload = new LatestReload(this);

	private volatile PluginDefinition definition;

	private volatile String digest = "";

	PluginLoads(PluginDefinition definition, PluginLoader loader, LoadState state, List<PluginListener> listeners) {
		this.definition = definition;
		this.state = state;
		this.firstLoad = new FirstLoad(loader, state, listeners);
		this.reloads = new PluginReloads(loader, listeners);
	}

	String id() {
		return this.definition.id();
	}

	/** Returns the current definition of the plugin. */
	PluginDefinition definition() {
		return this.definition;
	}

	/**
	 * Returns a digest of the source of the version that serves, or an empty string if
	 * there is none.
	 */
	String digest() {
		return this.digest;
	}

	/** Returns whether the last attempt to load the plugin failed. */
	boolean hasFailed() {
		return this.state.state() == PluginState.FAILED;
	}

	/** Returns the results of reloads. */
	PluginReloads reloads() {
		return this.reloads;
	}

	/**
	 * Loads the plugin on the calling thread, unless it is already loaded or closed.
	 * Throws {@link WasmPluginException} if the plugin cannot be loaded.
	 */
	void load() {
		synchronized (this.reloads) {
			if (this.state.state() != PluginState.LIVE && this.state.state() != PluginState.CLOSED) {
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
		if (this.state.state() == PluginState.LOADING || this.state.state() == PluginState.WARMING) {
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
		Plugin current = this.state.plugin();
		if (current != null) {
			this.digest = this.reloads.reload(current, newDefinition, source).digest();
			this.definition = newDefinition;
		}
		else if (this.state.state() == PluginState.LOADING) {
			// The load has not begun, and will use the new definition
			this.definition = newDefinition;
		}
		else if (this.state.restart(Instant.MAX)) {
			// The new definition may fix what made loading fail
			this.definition = newDefinition;
			load();
		}
		else {
			throw notLive();
		}
	}

	private WasmPluginException notLive() {
		return new WasmPluginException(id(), null, this.definition.url(),
				"The plugin is not live, but " + this.state.state(), "Reload it when it is live.", null);
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

}
