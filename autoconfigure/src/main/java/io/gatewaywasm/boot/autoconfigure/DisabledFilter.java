package io.gatewaywasm.boot.autoconfigure;

import java.util.List;
import java.util.Objects;

import io.gatewaywasm.boot.gateway.route.DisabledRoutes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.origin.Origin;
import org.springframework.cloud.gateway.config.GatewayProperties;
import org.springframework.cloud.gateway.filter.FilterDefinition;
import org.springframework.cloud.gateway.filter.factory.GatewayFilterFactory;
import org.springframework.cloud.gateway.route.RouteDefinition;
import org.springframework.core.env.Environment;

/**
 * Rejects configured routes with a filter {@code Wasm} that a property disables. Spring
 * Cloud Gateway would log stack traces that do not name the property. Warns of plugins
 * that are listed for every route.
 */
final class DisabledFilter implements SmartInitializingSingleton {

	private static final String FILTER = "Wasm";

	private static final List<String> LISTS = List.of("gateway.wasm.global-filters", "gateway.wasm.before-routing");

	private static final Logger logger = LoggerFactory.getLogger(DisabledFilter.class);

	private final Environment environment;

	private final PropertyOrigins origins;

	private final GatewayProperties gateway;

	private final ObjectProvider<GatewayFilterFactory<?>> factories;

	DisabledFilter(Environment environment, GatewayProperties gateway,
			ObjectProvider<GatewayFilterFactory<?>> factories) {
		this.environment = environment;
		this.origins = new PropertyOrigins(environment);
		this.gateway = gateway;
		this.factories = factories;
	}

	@Override
	public void afterSingletonsInstantiated() {
		InvalidWasmPropertyException.unless(OnWasmEnabledCondition.isValid(this.environment),
				OnWasmEnabledCondition.PROPERTY, this.environment.getProperty(OnWasmEnabledCondition.PROPERTY),
				"The value is not a boolean", "Use 'true' or 'false'.");
		String property = disablingProperty();
		if (property == null) {
			return;
		}
		warnOfListedPlugins(property);
		RoutePrefix.check(this.environment, this.gateway);
		if (!this.gateway.isFailOnRouteDefinitionError()
				|| this.factories.stream().anyMatch((factory) -> FILTER.equals(factory.name()))) {
			return;
		}
		check(property, this.gateway.getDefaultFilters(), "default-filters", "The default filters have",
				"remove it from the default filters");
		List<RouteDefinition> routes = this.gateway.getRoutes();
		for (int index = 0; index < routes.size(); index++) {
			if (DisabledRoutes.isDisabled(routes.get(index))) {
				continue;
			}
			String id = routes.get(index).getId();
			check(property, routes.get(index).getFilters(), "routes[" + index + "].filters",
					"Route '%s' has".formatted((id != null) ? id : index), "remove the filter from the route");
		}
	}

	private @Nullable String disablingProperty() {
		if (!OnWasmEnabledCondition.isEnabled(this.environment)) {
			return OnWasmEnabledCondition.PROPERTY;
		}
		return FilterSwitch.isOff(this.environment) ? FilterSwitch.PROPERTY : null;
	}

	/** A filter that shall run on every route would silently run on none. */
	private void warnOfListedPlugins(String property) {
		LISTS.stream()
			.filter((list) -> OnListedPluginsCondition.isAnyListed(this.environment, list))
			.forEach((list) -> logger.warn("Property '{}' ({}) has no effect, because '{}' ({}) disables Wasm filters",
					list, this.origins.find(list), property, this.origins.find(property)));
	}

	private void check(String property, List<FilterDefinition> filters, String list, String owner, String remedy) {
		for (int index = 0; index < filters.size(); index++) {
			FilterDefinition filter = filters.get(index);
			if (filter != null && FILTER.equals(filter.getName())) {
				Origin origin = this.origins.ofFilter(list + "[" + index + "]");
				throw new InvalidWasmPropertyException(property,
						Objects.toString(this.environment.getProperty(property)),
						"%s a filter '%s'%s, but the property disables it".formatted(owner, FILTER,
								(origin != null) ? " (" + origin + ")" : ""),
						"Set the property to true, or %s.".formatted(remedy));
			}
		}
	}

}
