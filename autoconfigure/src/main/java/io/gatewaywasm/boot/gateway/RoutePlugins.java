package io.gatewaywasm.boot.gateway;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.gatewaywasm.boot.plugin.PluginHandle;
import io.gatewaywasm.boot.plugin.PluginRegistry;
import org.jspecify.annotations.Nullable;

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

	private final WasmGatewayFilterFactory factory;

	private final List<PluginHandle> onEveryRoute;

	/**
	 * Create a new listener.
	 * @param registry the registry to tell
	 * @param factory makes the filters of routes
	 * @param globalFilter the plugins on every route, or {@code null} if there are none
	 */
	public RoutePlugins(PluginRegistry registry, WasmGatewayFilterFactory factory,
			@Nullable WasmGlobalFilter globalFilter) {
		this.registry = registry;
		this.factory = factory;
		this.onEveryRoute = (globalFilter != null) ? globalFilter.handles() : List.of();
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
			Stream.concat(this.onEveryRoute.stream(), WasmFilters.of(route).map(WasmGatewayFilter::handle))
				.forEach((handle) -> users.computeIfAbsent(handle, (key) -> new HashSet<>()).add(route.getId()));
		}
		this.registry.routesChanged(users);
		this.factory.retainReported(routes.stream()
			.flatMap(WasmFilters::refused)
			.map(RefusedFilter::message)
			.collect(Collectors.toUnmodifiableSet()));
	}

}
