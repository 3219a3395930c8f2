package io.gatewaywasm.boot.plugin;

import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The routes that use a plugin, and the time of its last use. Thread-safe.
 */
final class PluginUse {

	private volatile Set<String> routes = Set.of();

	private volatile long idleSince = System.nanoTime();

	/**
	 * Sets the routes that use the plugin.
	 */
	void usedBy(Set<String> routes) {
		this.routes = Set.copyOf(routes);
		if (!routes.isEmpty()) {
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
		return new TreeSet<>(this.routes);
	}

	/**
	 * Returns for how many nanoseconds the plugin has been unused, or 0 if routes use it.
	 */
	long idleNanos() {
		return this.routes.isEmpty() ? System.nanoTime() - this.idleSince : 0;
	}

}
