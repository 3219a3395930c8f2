package io.gatewaywasm.boot.plugin;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

import io.gatewaywasm.host.plugin.Plugin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads a plugin that does not serve yet, and records the result. {@code loader} creates
 * running plugins, {@code state} records the result, and {@code listeners} are notified
 * when the plugin is live.
 */
record FirstLoad(PluginLoader loader, LoadState state, List<PluginListener> listeners) {

	/** Logs as {@code PluginHandle}, the logger that operators configure. */
	private static final Logger logger = LoggerFactory.getLogger(FirstLoad.class.getPackageName() + ".PluginHandle");

	/**
	 * Loads the plugin on the calling thread. {@code digest} receives a digest of the
	 * source before the plugin is live. Throws {@link WasmPluginException} if the plugin
	 * cannot be loaded.
	 */
	void run(PluginDefinition definition, Consumer<String> digest) {
		try {
			PluginSource source = this.loader.read(definition);
			Plugin loaded = this.loader.load(definition, source, this.state::warming);
			digest.accept(source.digest());
			complete(definition, loaded);
		}
		catch (WasmPluginException ex) {
			this.state.failed(ex);
			throw ex;
		}
		catch (RuntimeException | Error ex) {
			WasmPluginException failure = unexpected(definition, ex);
			this.state.failed(failure);
			throw failure;
		}
	}

	private void complete(PluginDefinition definition, Plugin plugin) {
		String id = definition.id();
		CompletableFuture<Plugin> waiting = this.state.live(plugin);
		if (waiting == null) {
			plugin.close();
			return;
		}
		if (definition.declared()) {
			logger.info("Wasm plugin '{}' is live", id);
		}
		else {
			// The table at startup has only declared plugins.
			logger.info("Wasm plugin '{}' ({}) is live: {}", id, WasmPluginException.printable(definition.url()),
					LoadedPlugins.summary(plugin));
		}
		this.listeners.forEach((listener) -> listener.live(id, plugin));
		waiting.complete(plugin);
	}

	/**
	 * Loads the plugin on a thread of the executor, which may block. Failures are logged.
	 * The executor runs the load.
	 */
	void runLater(Runnable load, PluginDefinition definition, Executor executor) {
		try {
			executor.execute(() -> {
				try {
					load.run();
				}
				catch (WasmPluginException ex) {
					logger.error(ex.report(""), ex);
				}
			});
		}
		catch (RejectedExecutionException ex) {
			this.state.failed(unexpected(definition, ex));
		}
	}

	private static WasmPluginException unexpected(PluginDefinition definition, Throwable cause) {
		return WasmPluginException.unexpected(definition.id(), definition.url(), cause);
	}

}
