package io.gatewaywasm.boot.plugin;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import io.gatewaywasm.host.spi.RootSpec;
import org.jspecify.annotations.Nullable;

/**
 * Checks during startup that plugins accept the configurations of routes, each once.
 * Routes in Java exist before the plugins are loaded, so their checks wait.
 */
final class StartupChecks {

	private final Set<RootSpec> passed = ConcurrentHashMap.newKeySet();

	private final List<Check> waiting = new CopyOnWriteArrayList<>();

	/**
	 * Checks a configuration, if the plugin is loaded.
	 * @throws WasmPluginException if the plugin rejects it
	 */
	void check(PluginHandle handle, RootSpec root, @Nullable String routeId) {
		run(new Check(handle, root, routeId));
	}

	/**
	 * Checks the configurations whose plugins have been loaded since.
	 * @throws WasmPluginException if a plugin rejects one
	 */
	void pluginsLoaded() {
		List<Check> checks = List.copyOf(this.waiting);
		this.waiting.clear();
		checks.forEach(this::run);
	}

	/** Forgets all configurations, because startup is over. */
	void end() {
		this.passed.clear();
		this.waiting.clear();
	}

	private void run(Check check) {
		if (check.handle().plugin() == null) {
			this.waiting.add(check);
			return;
		}
		if (this.passed.add(check.root())) {
			try {
				check.handle().check(check.root());
			}
			catch (WasmPluginException ex) {
				throw ex.forRoute(check.routeId());
			}
		}
	}

	/**
	 * A check of a configuration.
	 *
	 * @param handle the plugin
	 * @param root the root context with the configuration
	 * @param routeId the route, or {@code null}
	 */
	private record Check(PluginHandle handle, RootSpec root, @Nullable String routeId) {

	}

}
