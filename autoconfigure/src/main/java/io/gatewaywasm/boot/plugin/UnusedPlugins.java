package io.gatewaywasm.boot.plugin;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.plugin.PluginState;
import io.gatewaywasm.host.spi.HostScheduler;
import io.gatewaywasm.host.spi.RootSpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes plugins that were defined in routes and are no longer used, after their last
 * stream has ended. Also ends the root contexts of plugins that no route uses any more.
 */
final class UnusedPlugins {

	private static final Logger logger = LoggerFactory.getLogger(UnusedPlugins.class);

	/**
	 * Requests that were routed before a refresh may still use the plugins of their old
	 * route.
	 */
	private static final Duration GRACE = Duration.ofSeconds(30);

	private final Map<String, PluginHandle> handles;

	private final HostScheduler scheduler;

	private final AtomicBoolean scheduled = new AtomicBoolean();

	UnusedPlugins(Map<String, PluginHandle> handles, HostScheduler scheduler) {
		this.handles = handles;
		this.scheduler = scheduler;
	}

	/**
	 * Schedules a sweep after the grace period if a plugin may be unused by then.
	 */
	void sweepLater() {
		if (this.handles.values().stream().anyMatch((handle) -> isCandidate(handle) || handle.use().hasUnusedRoots())
				&& this.scheduled.compareAndSet(false, true)) {
			this.scheduler.schedule(() -> {
				this.scheduled.set(false);
				this.scheduler.background().execute(() -> {
					sweep(GRACE);
					sweepLater();
				});
			}, GRACE.plusSeconds(1));
		}
	}

	/**
	 * Closes the plugins and ends the root contexts that have been unused for the grace
	 * period.
	 */
	void sweep(Duration grace) {
		List<Plugin> unused = new ArrayList<>();
		// A look-up of a plugin also computes, so that it cannot return a plugin that is
		// being removed. Listeners know the plugin by its id, so they are notified before
		// another plugin can have it.
		List.copyOf(this.handles.keySet()).forEach((id) -> this.handles.computeIfPresent(id, (key, handle) -> {
			if (!isCandidate(handle) || handle.idleNanos() < grace.toNanos()) {
				return handle;
			}
			logger.info("Wasm plugin '{}' is no longer used by any route and has been closed", id);
			Plugin last = handle.end();
			if (last != null) {
				unused.add(last);
			}
			return null;
		}));
		unused.forEach(Plugin::close);
		this.handles.values().forEach((handle) -> endRoots(handle, grace));
	}

	private static void endRoots(PluginHandle handle, Duration grace) {
		List<RootSpec> roots = handle.use().takeUnusedRoots(grace);
		Plugin plugin = handle.plugin();
		if (plugin != null && !roots.isEmpty()) {
			plugin.endRoots(roots);
		}
	}

	private static boolean isCandidate(PluginHandle handle) {
		return !handle.definition().declared() && handle.routes().isEmpty() && handle.state() != PluginState.LOADING
				&& handle.state() != PluginState.WARMING;
	}

}
