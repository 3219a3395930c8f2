package io.gatewaywasm.boot.autoconfigure;

import java.util.List;
import java.util.Objects;

import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.cloud.gateway.config.GatewayProperties;
import org.springframework.core.env.Environment;

/**
 * Rejects routes with Wasm filters under a prefix that Spring Cloud Gateway ignores.
 * Version 5 no longer reads the prefix of older versions, so neither the route nor its
 * filter would exist.
 */
final class RoutePrefix {

	private static final String CURRENT = "spring.cloud.gateway.server.webflux";

	private static final String OLD = "spring.cloud.gateway";

	/** The prefixes of routes and default filters, current and old. */
	static final List<String> ALL = List.of(CURRENT, OLD);

	private RoutePrefix() {
	}

	/**
	 * Checks that Spring Cloud Gateway reads every route with a Wasm filter.
	 * @param environment the environment
	 * @param gateway the properties that Spring Cloud Gateway has bound
	 * @throws InvalidWasmPropertyException if a route is ignored
	 */
	static void check(Environment environment, GatewayProperties gateway) {
		PropertyOrigins properties = new PropertyOrigins(environment);
		for (int route = 0;; route++) {
			String prefix = OLD + ".routes[" + route + "]";
			ConfigurationProperty id = properties.property(prefix + ".id");
			if (id == null && properties.property(prefix + ".uri") == null) {
				break;
			}
			boolean read = (id != null)
					? gateway.getRoutes().stream().anyMatch((known) -> id.getValue().toString().equals(known.getId()))
					: !gateway.getRoutes().isEmpty();
			if (!read) {
				check(properties, prefix + ".filters");
			}
		}
		if (gateway.getDefaultFilters().isEmpty()) {
			check(properties, OLD + ".default-filters");
		}
	}

	private static void check(PropertyOrigins properties, String filters) {
		for (int index = 0;; index++) {
			String name = filters + "[" + index + "]";
			ConfigurationProperty filter = properties.property(name);
			if (filter == null) {
				name = name + ".name";
				filter = properties.property(name);
			}
			if (filter == null) {
				return;
			}
			InvalidWasmPropertyException.unless(!isWasm(filter), name, filter.getValue(),
					"This version of Spring Cloud Gateway ignores routes directly under '%s'".formatted(OLD),
					"Move the route to '%s'.".formatted(CURRENT));
		}
	}

	static boolean isWasm(ConfigurationProperty filter) {
		String text = Objects.toString(filter.getValue());
		return text.equals("Wasm") || text.startsWith("Wasm=");
	}

}
