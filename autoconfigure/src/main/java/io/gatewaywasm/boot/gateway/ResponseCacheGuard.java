package io.gatewaywasm.boot.gateway;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import io.gatewaywasm.boot.gateway.route.RouteFilters;
import io.gatewaywasm.boot.gateway.route.DisabledRoutes;
import io.gatewaywasm.boot.plugin.PluginDefinition;
import io.gatewaywasm.boot.plugin.PluginHandle;
import io.gatewaywasm.boot.plugin.PluginRegistry;
import io.gatewaywasm.boot.plugin.WasmPluginException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.cloud.gateway.config.GatewayProperties;
import org.springframework.cloud.gateway.filter.FilterDefinition;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.NettyWriteResponseFilter;
import org.springframework.cloud.gateway.filter.factory.cache.ResponseCacheGatewayFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.route.RouteDefinition;
import org.springframework.cloud.gateway.support.NameUtils;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;

/**
 * Prevents the gateway's local response cache from bypassing Wasm filters. The cache runs
 * ahead of them, so one client could receive a response that the filter allowed for
 * another client. If a configured route combines a cache with a plugin that does not
 * allow it, the application does not start. If a route from another source combines them,
 * or a filter of the application calls such a plugin, the request is answered with 503.
 */
public final class ResponseCacheGuard implements GlobalFilter, Ordered, SmartInitializingSingleton {

	/** Ahead of both cache filters: the one on routes and the global one. */
	public static final int ORDER = NettyWriteResponseFilter.WRITE_RESPONSE_FILTER_ORDER - 4;

	private final PluginRegistry registry;

	private final GatewayProperties gateway;

	private final List<PluginHandle> onEveryRoute;

	private final boolean cacheOnAllRoutes;

	private final ResponseCacheRefusals refusals = new ResponseCacheRefusals();

	/**
	 * Creates the guard. {@code globalFilter} is {@code null} if no plugin runs on every
	 * route.
	 */
	public ResponseCacheGuard(PluginRegistry registry, GatewayProperties gateway,
			@Nullable WasmGlobalFilter globalFilter, boolean cacheOnAllRoutes) {
		this.registry = registry;
		this.gateway = gateway;
		this.onEveryRoute = (globalFilter != null) ? globalFilter.handles() : List.of();
		this.cacheOnAllRoutes = cacheOnAllRoutes;
	}

	@Override
	public void afterSingletonsInstantiated() {
		List<FilterDefinition> defaults = this.gateway.getDefaultFilters();
		for (RouteDefinition route : this.gateway.getRoutes()) {
			if (!DisabledRoutes.isDisabled(route)
					&& (this.cacheOnAllRoutes || isCached(route.getFilters()) || isCached(defaults))) {
				route.getFilters().forEach((filter) -> check(filter, route.getId()));
				defaults.forEach((filter) -> check(filter, route.getId()));
				this.onEveryRoute.stream()
					.map(PluginHandle::definition)
					.forEach((plugin) -> check(plugin.id(), plugin, route.getId()));
			}
		}
	}

	private static boolean isCached(List<FilterDefinition> filters) {
		return filters.stream().anyMatch((filter) -> "LocalResponseCache".equals(filter.getName()));
	}

	private void check(FilterDefinition filter, @Nullable String routeId) {
		if (!"Wasm".equals(filter.getName())) {
			return;
		}
		String plugin = plugin(filter.getArgs());
		PluginDefinition declared = this.registry.plugins()
			.stream()
			.map(PluginHandle::definition)
			.filter(PluginDefinition::declared)
			.filter((definition) -> definition.id().equals(plugin))
			.findFirst()
			.orElse(null);
		check(plugin, declared, routeId);
	}

	private static void check(String name, @Nullable PluginDefinition plugin, @Nullable String routeId) {
		if (plugin == null || !plugin.messages().allowResponseCache()) {
			throw new WasmPluginException(name, routeId, null, ResponseCacheRefusals.REASON,
					"Remove 'LocalResponseCache' from the route, or turn the cache off for all routes by"
							+ " 'spring.cloud.gateway.server.webflux.global-filter.local-response-cache.enabled=false'."
							+ " If a client may get the response that another one received, set"
							+ " 'gateway.wasm.plugins.<name>.allow-response-cache=true' on a declared plugin.",
					null);
		}
	}

	/** Returns the plugin's name or location, from the long form or the short form. */
	private static String plugin(Map<String, String> arguments) {
		for (String key : List.of("plugin", NameUtils.GENERATED_NAME_PREFIX + "0", "url")) {
			String value = arguments.get(key);
			if (value != null) {
				return value;
			}
		}
		return "";
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
		Route route = exchange.getAttribute(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR);
		if (route == null || !isCached(route)) {
			return chain.filter(exchange);
		}
		if (isRefused(route)) {
			return this.refusals.refuse(route);
		}
		this.refusals.onReaching(exchange);
		return chain.filter(exchange);
	}

	private boolean isRefused(Route route) {
		return WasmFilters.refused(route).findAny().isPresent()
				|| Stream.concat(this.onEveryRoute.stream(), WasmFilters.of(route).map(WasmGatewayFilter::handle))
					.anyMatch((plugin) -> !plugin.definition().messages().allowResponseCache());
	}

	private boolean isCached(Route route) {
		return this.cacheOnAllRoutes || route.getFilters().stream().anyMatch(ResponseCacheGuard::isCache);
	}

	private static boolean isCache(GatewayFilter filter) {
		return RouteFilters.unwrap(filter) instanceof ResponseCacheGatewayFilter;
	}

	/** Forgets the routes that do not exist any more. */
	void retainReported(Set<String> routes) {
		this.refusals.retainReported(routes);
	}

	@Override
	public int getOrder() {
		return ORDER;
	}

}
