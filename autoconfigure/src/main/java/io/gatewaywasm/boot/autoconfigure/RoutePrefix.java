package io.gatewaywasm.boot.autoconfigure;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

import io.gatewaywasm.boot.plugin.ClosestName;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.cloud.gateway.config.GatewayProperties;
import org.springframework.core.env.Environment;

/**
 * Rejects Wasm filters where Spring Cloud Gateway does not look for filters: under the
 * prefix of older versions or of the gateway for servlets, or under a misspelled name.
 * Neither the filter nor, in most cases, its route would exist.
 */
final class RoutePrefix {

	private static final Logger logger = LoggerFactory.getLogger(RoutePrefix.class);

	private static final String CURRENT = "spring.cloud.gateway.server.webflux";

	private static final String OLD = "spring.cloud.gateway";

	/** The prefixes of routes and default filters, current and old. */
	static final List<String> ALL = List.of(CURRENT, OLD);

	private static final ConfigurationPropertyName GATEWAY = ConfigurationPropertyName.of(OLD);

	private static final ConfigurationPropertyName ROUTES = ConfigurationPropertyName.of(CURRENT + ".routes");

	/** The lists of filters that Spring Cloud Gateway reads, in uniform spelling. */
	private static final Pattern READ = Pattern.compile("spring\\.cloud\\.gateway\\.(server\\.webflux\\.)?"
			+ "(discovery\\.locator\\.filters|(?<=webflux\\.)(routes\\[[0-9]+]\\.filters|default\\.?filters))");

	private static final Set<String> KNOWN = Set.of("routes", "filters", "defaultfilters");

	/** Parts of a route that hold any texts. */
	static final Set<String> ANY_TEXT = Set.of("args", "metadata");

	private final PropertyOrigins properties;

	private final GatewayProperties gateway;

	private RoutePrefix(Environment environment, GatewayProperties gateway) {
		this.properties = new PropertyOrigins(environment);
		this.gateway = gateway;
	}

	/**
	 * Checks that Spring Cloud Gateway reads every Wasm filter. Throws
	 * {@link InvalidWasmPropertyException} if a filter is ignored.
	 */
	static void check(Environment environment, GatewayProperties gateway) {
		RoutePrefix check = new RoutePrefix(environment, gateway);
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
			if (source instanceof IterableConfigurationPropertySource iterable) {
				iterable.stream()
					.filter(GATEWAY::isAncestorOf)
					.map(iterable::getConfigurationProperty)
					.filter(Objects::nonNull)
					.forEach((property) -> {
						checkList(property);
						if (isWasm(property)) {
							check.check(property);
						}
					});
			}
		}
	}

	/**
	 * The binder ignores a map in the place of a list, so the route would have no filter.
	 */
	private static void checkList(ConfigurationProperty property) {
		ConfigurationPropertyName name = property.getName();
		for (int key = GATEWAY.getNumberOfElements() + 1; key < name.getNumberOfElements(); key++) {
			String parent = name.getElement(key - 1, Form.UNIFORM);
			if (ANY_TEXT.contains(parent)) {
				return;
			}
			if (name.getElement(key, Form.UNIFORM).equals("wasm")
					&& (parent.equals("filters") || parent.equals("defaultfilters"))) {
				throw new InvalidWasmPropertyException(name.toString(), property.getValue(),
						"The filters are written as a map, but must be a list",
						"Write each filter with '- ' in front of it, such as '- Wasm=name-of-the-plugin'.");
			}
		}
	}

	private void check(ConfigurationProperty filter) {
		ConfigurationPropertyName list = list(filter.getName());
		if (list == null || READ.matcher(uniform(list)).matches() || isReadFromOld(list)) {
			return;
		}
		int route = firstIndex(list);
		boolean inRoute = route > 0;
		ConfigurationPropertyName group = list;
		String remedy = "Move the filter to '%s.default-filters'.".formatted(CURRENT);
		if (inRoute && ROUTES.equals(list.chop(route))) {
			remedy = "Move the filter to '%s.filters'.".formatted(list.chop(route + 1));
		}
		else if (inRoute || list.getLastElement(Form.UNIFORM).equals("filters")) {
			group = inRoute ? list.chop(route) : list;
			remedy = "Move the route to '%s', which is a list.".formatted(ROUTES);
		}
		if (!isLikeAKnownName(group)) {
			logger
				.warn("Spring Cloud Gateway does not read the Wasm filter in the property '{}'. Unless the application"
						+ " reads it: {}", filter.getName(), remedy);
			return;
		}
		throw new InvalidWasmPropertyException(filter.getName().toString(), filter.getValue(),
				"Spring Cloud Gateway does not look for filters under '%s', so the Wasm filter would not run"
					.formatted(group),
				remedy);
	}

	/**
	 * Returns whether a part of the name is that of routes or filters, perhaps misspelt.
	 * Applications can have their own lists, for example for YAML anchors.
	 */
	private static boolean isLikeAKnownName(ConfigurationPropertyName group) {
		for (int element = GATEWAY.getNumberOfElements(); element < group.getNumberOfElements(); element++) {
			String name = group.getElement(element, Form.UNIFORM);
			if (KNOWN.contains(name) || ClosestName.of(name, KNOWN).isPresent()) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Returns the name of the list of which the property is a filter in the short form,
	 * or the name of a filter in the long form. Returns {@code null} if it is neither.
	 */
	private static @Nullable ConfigurationPropertyName list(ConfigurationPropertyName name) {
		int last = name.getNumberOfElements() - 1;
		for (int element = 0; element <= last; element++) {
			if (ANY_TEXT.contains(name.getElement(element, Form.UNIFORM))) {
				return null;
			}
		}
		if (name.isNumericIndex(last)) {
			return name.chop(last);
		}
		if (name.getElement(last, Form.UNIFORM).equals("name") && name.isNumericIndex(last - 1)) {
			return name.chop(last - 1);
		}
		return name.getElement(last, Form.UNIFORM).endsWith("filters") ? name : null;
	}

	/** Spring Cloud Gateway 4 also reads the prefix of older versions. */
	private boolean isReadFromOld(ConfigurationPropertyName list) {
		int group = GATEWAY.getNumberOfElements();
		if (list.getNumberOfElements() == group) {
			return false;
		}
		String name = list.getElement(group, Form.UNIFORM);
		if (name.equals("defaultfilters")) {
			return !this.gateway.getDefaultFilters().isEmpty();
		}
		if (!name.equals("routes") || firstIndex(list) != group + 1) {
			return false;
		}
		ConfigurationProperty id = this.properties.property(list.chop(group + 2) + ".id");
		return (id == null) ? !this.gateway.getRoutes().isEmpty()
				: this.gateway.getRoutes().stream().anyMatch((known) -> id.getValue().toString().equals(known.getId()));
	}

	/** Returns the position of the first index of a list in the name, or -1. */
	private static int firstIndex(ConfigurationPropertyName name) {
		for (int element = 0; element < name.getNumberOfElements(); element++) {
			if (name.isNumericIndex(element)) {
				return element;
			}
		}
		return -1;
	}

	private static String uniform(ConfigurationPropertyName name) {
		StringBuilder text = new StringBuilder();
		for (int element = 0; element < name.getNumberOfElements(); element++) {
			String part = name.getElement(element, Form.UNIFORM);
			text.append(name.isNumericIndex(element) ? "[" + part + "]" : text.isEmpty() ? part : "." + part);
		}
		return text.toString();
	}

	static boolean isWasm(ConfigurationProperty filter) {
		String text = Objects.toString(filter.getValue());
		return text.equals("Wasm") || text.startsWith("Wasm=");
	}

}
