package io.gatewaywasm.boot.plugin;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reloads one plugin in the background, one reload at a time and after its first load. If
 * several are requested during it, only the newest follows. A load that hangs therefore
 * keeps one more thread waiting, however often the configuration changes.
 */
final class LatestReload {

	private static final Logger logger = LoggerFactory.getLogger(LatestReload.class);

	private final PluginLoads plugin;

	private @Nullable PluginDefinition next;

	private boolean running;

	LatestReload(PluginLoads plugin) {
		this.plugin = plugin;
	}

	void submit(PluginDefinition definition, Executor executor) {
		synchronized (this) {
			if (!this.running && definition.equals(this.plugin.definition())) {
				return;
			}
			this.next = definition;
			if (this.running) {
				return;
			}
			this.running = true;
		}
		boolean accepted = false;
		try {
			executor.execute(this::run);
			accepted = true;
		}
		catch (RejectedExecutionException ex) {
			logger.debug("Wasm plugin '{}' is not reloaded: the gateway is shutting down", this.plugin.id());
		}
		finally {
			if (!accepted) {
				end();
			}
		}
	}

	private synchronized void end() {
		this.next = null;
		this.running = false;
	}

	private void run() {
		for (PluginDefinition definition = next(); definition != null; definition = next()) {
			if (!definition.equals(this.plugin.definition())) {
				reload(definition);
			}
		}
	}

	private synchronized @Nullable PluginDefinition next() {
		PluginDefinition definition = this.next;
		this.next = null;
		this.running = definition != null;
		return definition;
	}

	private void reload(PluginDefinition definition) {
		try {
			this.plugin.reload(definition);
		}
		catch (WasmPluginException ex) {
			if (this.plugin.hasFailed()) {
				logger.error(ex.report(""), ex);
			}
			else {
				// The failed reload of a plugin that serves is already logged
				logger.debug("Reload of Wasm plugin '{}' failed", this.plugin.id(), ex);
			}
		}
		catch (RuntimeException | Error ex) {
			logger.error("Reload of Wasm plugin '{}' failed", this.plugin.id(), ex);
		}
	}

}
