package io.gatewaywasm.boot.plugin;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

import io.gatewaywasm.host.plugin.Plugin;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reloads one plugin, and records and reports the results. If the new version cannot be
 * started, the old one keeps serving. Thread-safe.
 */
final class PluginReloads {

	private static final Logger logger = LoggerFactory.getLogger(PluginReloads.class);

	private final PluginLoader loader;

	private final List<PluginListener> listeners;

	private final LongAdder failures = new LongAdder();

	private volatile @Nullable ReloadFailure lastFailure;

	PluginReloads(PluginLoader loader, List<PluginListener> listeners) {
		this.loader = loader;
		this.listeners = listeners;
	}

	/**
	 * Starts a new version, and returns the bytes it was started from. If {@code source}
	 * is {@code null}, they are fetched. Throws {@link WasmPluginException} if the new
	 * version cannot be started.
	 */
	PluginSource reload(Plugin plugin, PluginDefinition definition, @Nullable PluginSource source) {
		PluginSource used = source;
		try {
			used = (used != null) ? used : this.loader.read(definition);
			this.loader.reload(plugin, definition, used);
		}
		catch (WasmPluginException ex) {
			throw failed(ex);
		}
		catch (RuntimeException | Error ex) {
			throw failed(WasmPluginException.unexpected(definition.id(), definition.url(), ex));
		}
		this.lastFailure = null;
		logger.info("Wasm plugin '{}' was reloaded. Version {} is live.", definition.id(),
				plugin.status().generation());
		this.listeners.forEach((listener) -> listener.reloaded(definition.id(), true));
		return used;
	}

	/**
	 * Records and logs a failed reload, and returns the failure.
	 */
	WasmPluginException failed(WasmPluginException failure) {
		this.failures.increment();
		this.lastFailure = new ReloadFailure(failure.getReason(), failure.getGuestStack(), Instant.now());
		logger.error("Wasm plugin '{}' was not reloaded and keeps its previous version. {}", failure.getPlugin(),
				WasmPluginException.sentences(failure.getProblem(), failure.getRemedy()) + failure.getDetails());
		this.listeners.forEach((listener) -> listener.reloaded(failure.getPlugin(), false));
		return failure;
	}

	@Nullable ReloadFailure lastFailure() {
		return this.lastFailure;
	}

	long failures() {
		return this.failures.sum();
	}

}
