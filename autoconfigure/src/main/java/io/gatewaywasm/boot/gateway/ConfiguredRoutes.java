package io.gatewaywasm.boot.gateway;

import java.net.URI;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;

import io.gatewaywasm.boot.gateway.route.DisabledRoutes;
import io.gatewaywasm.boot.plugin.ClosestName;
import io.gatewaywasm.boot.plugin.WasmPluginException;
import io.gatewaywasm.host.abi.PrintableText;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

import org.springframework.beans.BeanUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.cloud.gateway.config.GatewayProperties;
import org.springframework.cloud.gateway.filter.FilterDefinition;
import org.springframework.cloud.gateway.filter.factory.GatewayFilterFactory;
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

	private static final String DEFAULT_FILTERS = "default-filters";

	/** Names of filters by which {@code Wasm} is meant, also if they are misspelled. */
	private static final Pattern FIRST_WORD = Pattern.compile("([A-Za-z]+)[^A-Za-z].*");

	private static final List<String> MEANT = List.of("wasm", "wasmfilter", "wasmplugin", "wasmgatewayfilter",
			"wasmgatewayfilterfactory", "proxywasm");

	private final GatewayProperties gateway;

	private final WasmGatewayFilterFactory factory;

	private final ObjectProvider<GatewayFilterFactory<?>> factories;

	private final ConfigurationService configurations;

	/** Creates the check. The factory must accept filters when singletons exist. */
	public ConfiguredRoutes(GatewayProperties gateway, WasmGatewayFilterFactory factory,
			ObjectProvider<GatewayFilterFactory<?>> factories, ConfigurationService configurations) {
		this.gateway = gateway;
		this.factory = factory;
		this.factories = factories;
		this.configurations = configurations;
	}

	/** Runs after the plugins were loaded, because their bean was registered before. */
	@Override
	public void afterSingletonsInstantiated() {
		if (!this.gateway.isFailOnRouteDefinitionError()) {
			return;
		}
		List<FilterDefinition> onEveryRoute = this.gateway.getDefaultFilters();
		List<RouteDefinition> routes = this.gateway.getRoutes();
		forEach(onEveryRoute, DEFAULT_FILTERS, (filter) -> checkName(filter, null));
		for (int index = 0; index < routes.size(); index++) {
			if (DisabledRoutes.isDisabled(routes.get(index))) {
				continue;
			}
			String id = id(routes.get(index), index);
			forEach(routes.get(index).getFilters(), filters(index), (filter) -> checkName(filter, id));
		}
		for (int index = 0; index < routes.size(); index++) {
			RouteDefinition route = routes.get(index);
			if (DisabledRoutes.isDisabled(route)) {
				continue;
			}
			String id = id(route, index);
			forEach(onEveryRoute, DEFAULT_FILTERS, (filter) -> create(filter, route, id));
			forEach(route.getFilters(), filters(index), (filter) -> create(filter, route, id));
		}
	}

	private static String id(RouteDefinition route, int index) {
		return (route.getId() != null) ? route.getId() : "routes[" + index + "]";
	}

	private static String filters(int route) {
		return "routes[" + route + "].filters";
	}

	/** Runs a check for each filter. Its failure names the filter's property. */
	private static void forEach(List<FilterDefinition> filters, String property, Consumer<FilterDefinition> check) {
		for (int index = 0; index < filters.size(); index++) {
			FilterDefinition filter = filters.get(index);
			try {
				if (filter != null) {
					check.accept(filter);
				}
			}
			catch (WasmPluginException ex) {
				throw ex.forFilter(property + "[" + index + "]");
			}
		}
	}

	/** The gateway would log stack traces, and names no filter that may be meant. */
	private void checkName(FilterDefinition filter, @Nullable String route) {
		String name = filter.getName();
		String valid = this.factory.name();
		if (name == null || name.equals(valid) || !isMeant(name)
				|| this.factories.stream().anyMatch((factory) -> name.equals(factory.name()))) {
			return;
		}
		throw new WasmPluginException("", route, null,
				PrintableText.of("Filter '%s' does not exist".formatted(name), PrintableText.MESSAGE),
				"Did you mean '%s'? Write it as in '%s=name-of-the-plugin'.".formatted(valid, valid), null);
	}

	/** The name of the plugin can follow with another separator than an equals sign. */
	private static boolean isMeant(String name) {
		return ClosestName.of(name, MEANT).isPresent()
				|| ClosestName.of(FIRST_WORD.matcher(name).replaceFirst("$1"), MEANT).isPresent();
	}

	private void create(FilterDefinition filter, RouteDefinition route, String id) {
		if (this.factory.name().equals(filter.getName())) {
			RouteDefinition definition = withFilter(route, filter, id);
			new RouteDefinitionRouteLocator(() -> Flux.just(definition), List.of(), List.of(this.factory),
					new GatewayProperties(), this.configurations)
				.getRoutes()
				.collectList()
				.block();
		}
	}

	/** Copies the other properties, some of which exist only in newer gateways. */
	private static RouteDefinition withFilter(RouteDefinition route, FilterDefinition filter, String id) {
		RouteDefinition copy = new RouteDefinition();
		BeanUtils.copyProperties(route, copy, "predicates", "filters", "metadata");
		copy.setId(id);
		copy.setUri(NO_UPSTREAM);
		copy.setFilters(List.of(filter));
		return copy;
	}

}
