package io.gatewaywasm.boot.gateway;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.gatewaywasm.boot.gateway.exchange.PluginRoot;
import io.gatewaywasm.boot.plugin.PluginHandle;
import io.gatewaywasm.boot.plugin.PluginRegistry;
import io.gatewaywasm.boot.plugin.RouteUse;
import io.gatewaywasm.host.spi.RootSpec;
import org.jspecify.annotations.Nullable;

import org.springframework.cloud.gateway.event.RefreshRoutesResultEvent;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.context.ApplicationListener;

/**
 * Tells the registry which routes use each plugin, after the gateway has rebuilt its
 * routes.
 */
public final class RoutePlugins implements ApplicationListener<RefreshRoutesResultEvent> {

	private final PluginRegistry registry;

	private final WasmGatewayFilterFactory factory;

	private final @Nullable ResponseCacheGuard cacheGuard;

	private final List<PluginHandle> onEveryRoute;

	/**
	 * Creates the listener. {@code globalFilter} and {@code beforeRouting} are {@code
	 * null} if they have no plugins, and {@code cacheGuard} is {@code null} if no route
	 * can have a cache.
	 */
	public RoutePlugins(PluginRegistry registry, WasmGatewayFilterFactory factory,
			@Nullable WasmGlobalFilter globalFilter, @Nullable BeforeRouting beforeRouting,
			@Nullable ResponseCacheGuard cacheGuard) {
		this.registry = registry;
		this.factory = factory;
		this.cacheGuard = cacheGuard;
		List<PluginHandle> all = new ArrayList<>();
		if (beforeRouting != null) {
			all.addAll(beforeRouting.handles());
		}
		if (globalFilter != null) {
			all.addAll(globalFilter.handles());
		}
		this.onEveryRoute = List.copyOf(all);
	}

	@Override
	public void onApplicationEvent(RefreshRoutesResultEvent event) {
		if (event.isSuccess() && event.getSource() instanceof RouteLocator routes) {
			routes.getRoutes().collectList().subscribe(this::refreshed);
		}
	}

	private void refreshed(List<Route> routes) {
		Map<PluginHandle, Set<String>> users = new HashMap<>();
		Map<PluginHandle, Set<RootSpec>> roots = new HashMap<>();
		for (Route route : routes) {
			Stream
				.concat(this.onEveryRoute.stream().map((handle) -> new PluginRoot(handle, null)),
						WasmFilters.of(route).map(WasmGatewayFilter::pluginRoot))
				.forEach((used) -> {
					users.computeIfAbsent(used.handle(), (key) -> new HashSet<>()).add(route.getId());
					if (used.root() != null) {
						roots.computeIfAbsent(used.handle(), (key) -> new HashSet<>()).add(used.root());
					}
				});
		}
		Map<PluginHandle, RouteUse> uses = new HashMap<>();
		users.forEach((handle, ids) -> uses.put(handle, new RouteUse(ids, roots.getOrDefault(handle, Set.of()))));
		this.registry.routesChanged(uses);
		Set<String> ids = routes.stream().map(Route::getId).collect(Collectors.toUnmodifiableSet());
		this.factory.shown().retainReported(ids);
		if (this.cacheGuard != null) {
			this.cacheGuard.retainReported(ids);
		}
		this.factory.refused()
			.retainReported(routes.stream()
				.flatMap(WasmFilters::refused)
				.map(RefusedFilter::message)
				.collect(Collectors.toUnmodifiableSet()));
	}

}
