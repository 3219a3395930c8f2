package io.gatewaywasm.boot.plugin;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

import io.gatewaywasm.host.plugin.Plugin;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts new versions of one plugin in service. A version that cannot be started changes
 * nothing but what is said here: the old one goes on serving. Thread-safe.
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
	 * Put a new version in service.
	 * @param plugin the plugin
	 * @param definition what to make the version from
	 * @param source the bytes, or {@code null} to fetch them
	 * @return the bytes
	 * @throws WasmPluginException if it cannot be started
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
		logger.info("Wasm plugin '{}' was reloaded; version {} serves", definition.id(), plugin.status().generation());
		this.listeners.forEach((listener) -> listener.reloaded(definition.id(), true));
		return used;
	}

	/**
	 * Note that a new version was not put in service.
	 * @param failure why
	 * @return the same
	 */
	WasmPluginException failed(WasmPluginException failure) {
		this.failures.increment();
		this.lastFailure = new ReloadFailure(failure.getReason(), Instant.now());
		logger.error("Wasm plugin '{}' was not reloaded and serves as before. {}. {}", failure.getPlugin(),
				failure.getReason(), failure.getRemedy());
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
