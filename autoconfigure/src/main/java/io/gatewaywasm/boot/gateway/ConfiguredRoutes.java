package io.gatewaywasm.boot.gateway;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;

import io.gatewaywasm.boot.plugin.WasmPluginException;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanUtils;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.cloud.gateway.config.GatewayProperties;
import org.springframework.cloud.gateway.config.PropertiesRouteDefinitionLocator;
import org.springframework.cloud.gateway.filter.FilterDefinition;
import org.springframework.cloud.gateway.route.RouteDefinition;
import org.springframework.cloud.gateway.route.RouteDefinitionRouteLocator;
import org.springframework.cloud.gateway.support.ConfigurationService;

/**
 * Creates the Wasm filters of the configured routes once before the port opens. If one is
 * invalid, the failure analysis is all that is logged. Without this check, Spring Cloud
 * Gateway would find it in its first refresh of routes, and log two stack traces.
 */
public final class ConfiguredRoutes implements SmartInitializingSingleton {

	private static final URI NO_UPSTREAM = URI.create("no://op");

	private final GatewayProperties gateway;

	private final WasmGatewayFilterFactory factory;

	private final ConfigurationService configurations;

	/** Creates the check. The factory must accept filters when singletons exist. */
	public ConfiguredRoutes(GatewayProperties gateway, WasmGatewayFilterFactory factory,
			ConfigurationService configurations) {
		this.gateway = gateway;
		this.factory = factory;
		this.configurations = configurations;
	}

	/** Runs after the plugins were loaded, because their bean was registered before. */
	@Override
	public void afterSingletonsInstantiated() {
		if (!this.gateway.isFailOnRouteDefinitionError()) {
			return;
		}
		GatewayProperties onlyWasm = new GatewayProperties();
		onlyWasm.setDefaultFilters(wasm(this.gateway.getDefaultFilters()));
		List<RouteDefinition> routes = new ArrayList<>();
		List<RouteDefinition> all = this.gateway.getRoutes();
		checkNames(this.gateway.getDefaultFilters(), null);
		for (int index = 0; index < all.size(); index++) {
			String written = all.get(index).getId();
			String id = (written != null) ? written : "routes[" + index + "]";
			checkNames(all.get(index).getFilters(), id);
			List<FilterDefinition> filters = wasm(all.get(index).getFilters());
			if (!filters.isEmpty() || !onlyWasm.getDefaultFilters().isEmpty()) {
				routes.add(withFilters(all.get(index), filters, id));
			}
		}
		onlyWasm.setRoutes(routes);
		new RouteDefinitionRouteLocator(new PropertiesRouteDefinitionLocator(onlyWasm), List.of(),
				List.of(this.factory), onlyWasm, this.configurations)
			.getRoutes()
			.collectList()
			.block();
	}

	/** Names of filters are case-sensitive. The gateway would log stack traces. */
	private void checkNames(List<FilterDefinition> filters, @Nullable String route) {
		String valid = this.factory.name();
		filters.stream()
			.filter((filter) -> filter != null && valid.equalsIgnoreCase(filter.getName())
					&& !valid.equals(filter.getName()))
			.findFirst()
			.ifPresent((filter) -> {
				throw new WasmPluginException("", route, null, "Filter '%s' does not exist".formatted(filter.getName()),
						"Write '%s', as in '%s=name-of-the-plugin'.".formatted(valid, valid), null);
			});
	}

	private List<FilterDefinition> wasm(List<FilterDefinition> filters) {
		return filters.stream()
			.filter((filter) -> filter != null && this.factory.name().equals(filter.getName()))
			.toList();
	}

	/** Copies the other properties, some of which exist only in newer gateways. */
	private static RouteDefinition withFilters(RouteDefinition route, List<FilterDefinition> filters, String id) {
		RouteDefinition copy = new RouteDefinition();
		BeanUtils.copyProperties(route, copy, "predicates", "filters", "metadata");
		copy.setId(id);
		copy.setUri(NO_UPSTREAM);
		copy.setFilters(filters);
		return copy;
	}

}
