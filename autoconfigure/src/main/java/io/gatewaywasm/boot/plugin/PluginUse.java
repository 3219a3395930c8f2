package io.gatewaywasm.boot.plugin;

import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Who wants a plugin, and since when nobody does. Thread-safe.
 */
final class PluginUse {

	private volatile Set<String> routes = Set.of();

	private volatile long idleSince = System.nanoTime();

	/**
	 * Take note of the routes that use the plugin.
	 * @param routes the ids of the routes
	 */
	void usedBy(Set<String> routes) {
		this.routes = Set.copyOf(routes);
		if (!routes.isEmpty()) {
			used();
		}
	}

	/**
	 * Take note that somebody wants the plugin, with or without a route.
	 */
	void used() {
		this.idleSince = System.nanoTime();
	}

	/**
	 * Return the routes that use the plugin.
	 * @return the ids of the routes in alphabetical order
	 */
	SortedSet<String> routes() {
		return new TreeSet<>(this.routes);
	}

	/**
	 * Return how long no route has used the plugin and nobody has asked for it.
	 * @return nanoseconds, 0 while routes use it
	 */
	long idleNanos() {
		return this.routes.isEmpty() ? System.nanoTime() - this.idleSince : 0;
	}

}
