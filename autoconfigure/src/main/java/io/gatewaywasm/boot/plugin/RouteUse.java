package io.gatewaywasm.boot.plugin;

import java.util.Set;

import io.gatewaywasm.host.spi.RootSpec;

/**
 * The use of a plugin by routes.
 *
 * @param routes the ids of the routes
 * @param roots their root contexts, without the plugin's own
 */
public record RouteUse(Set<String> routes, Set<RootSpec> roots) {

	static final RouteUse NONE = new RouteUse(Set.of(), Set.of());

	public RouteUse {
		routes = Set.copyOf(routes);
		roots = Set.copyOf(roots);
	}

}
