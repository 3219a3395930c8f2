package io.gatewaywasm.boot.plugin;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

import io.gatewaywasm.host.spi.RootSpec;

/**
 * The routes that use a plugin, the time of its last use, and its root contexts that
 * routes no longer use. Thread-safe.
 */
final class PluginUse {

	private volatile RouteUse current = RouteUse.NONE;

	private volatile long idleSince = System.nanoTime();

	/** When routes were found not to use the root contexts any more. */
	private final Map<RootSpec, Long> unusedRoots = new HashMap<>();

	/**
	 * Sets the routes that use the plugin.
	 */
	synchronized void usedBy(RouteUse use) {
		long now = System.nanoTime();
		this.current.roots().forEach((root) -> this.unusedRoots.putIfAbsent(root, now));
		this.unusedRoots.keySet().removeAll(use.roots());
		this.current = use;
		if (!use.routes().isEmpty()) {
			used();
		}
	}

	/**
	 * Records a use of the plugin, with or without a route.
	 */
	void used() {
		this.idleSince = System.nanoTime();
	}

	/**
	 * Returns the ids of the routes in alphabetical order.
	 */
	SortedSet<String> routes() {
		return new TreeSet<>(this.current.routes());
	}

	/**
	 * Returns for how many nanoseconds the plugin has been unused, or 0 if routes use it.
	 */
	long idleNanos() {
		return this.current.routes().isEmpty() ? System.nanoTime() - this.idleSince : 0;
	}

	/** Returns whether there are root contexts that routes no longer use. */
	synchronized boolean hasUnusedRoots() {
		return !this.unusedRoots.isEmpty();
	}

	/**
	 * Removes the root contexts that have been unused for the grace period, and returns
	 * them.
	 */
	synchronized List<RootSpec> takeUnusedRoots(Duration grace) {
		long now = System.nanoTime();
		List<RootSpec> taken = new ArrayList<>();
		this.unusedRoots.forEach((root, since) -> {
			if (now - since >= grace.toNanos()) {
				taken.add(root);
			}
		});
		this.unusedRoots.keySet().removeAll(taken);
		return taken;
	}

}
