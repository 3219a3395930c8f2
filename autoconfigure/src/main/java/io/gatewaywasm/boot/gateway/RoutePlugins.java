package io.gatewaywasm.boot.gateway;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.gatewaywasm.boot.plugin.PluginHandle;
import io.gatewaywasm.boot.plugin.PluginRegistry;

import org.springframework.cloud.gateway.event.RefreshRoutesResultEvent;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.context.ApplicationListener;

/**
 * Tells the registry which routes use which plugins, each time the gateway has rebuilt
 * its routes.
 */
public final class RoutePlugins implements ApplicationListener<RefreshRoutesResultEvent> {

	private final PluginRegistry registry;

	/**
	 * Create a new listener.
	 * @param registry the registry to tell
	 */
	public RoutePlugins(PluginRegistry registry) {
		this.registry = registry;
	}

	@Override
	public void onApplicationEvent(RefreshRoutesResultEvent event) {
		if (event.isSuccess() && event.getSource() instanceof RouteLocator routes) {
			routes.getRoutes().collectList().subscribe(this::refreshed);
		}
	}

	private void refreshed(List<Route> routes) {
		Map<PluginHandle, Set<String>> users = new HashMap<>();
		for (Route route : routes) {
			WasmFilters.of(route)
				.forEach((filter) -> users.computeIfAbsent(filter.handle(), (handle) -> new HashSet<>())
					.add(route.getId()));
		}
		this.registry.routesChanged(users);
	}

}
