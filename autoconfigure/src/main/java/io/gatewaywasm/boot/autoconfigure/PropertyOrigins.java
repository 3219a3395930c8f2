package io.gatewaywasm.boot.autoconfigure;

import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.origin.Origin;
import org.springframework.core.env.Environment;

/**
 * Finds the place in the configuration where a property is set.
 */
final class PropertyOrigins {

	private final Environment environment;

	PropertyOrigins(Environment environment) {
		this.environment = environment;
	}

	/**
	 * Returns the origin of a property. If the property is missing, returns the origin of
	 * a property in the same group, or {@code null} if there is none.
	 */
	@Nullable Origin find(String property) {
		ConfigurationPropertyName name = ConfigurationPropertyName.adapt(property, '.');
		return property(name).map(Origin::from).or(() -> below(name)).or(() -> below(name.getParent())).orElse(null);
	}

	/**
	 * Returns the origin of the entry of a list that has a value, or else that of the
	 * property.
	 */
	@Nullable Origin find(String property, @Nullable Object value) {
		ConfigurationProperty entry = property(property + "[0]");
		for (int index = 1; entry != null && !entry.getValue().equals(value); index++) {
			entry = property(property + "[" + index + "]");
		}
		return (entry != null) ? entry.getOrigin() : find(property);
	}

	/**
	 * Returns the origin of a filter, or {@code null} if it is not in the properties.
	 * {@code filter} is the name of the filter's property below the prefix of the
	 * gateway.
	 */
	@Nullable Origin ofFilter(String filter) {
		return RoutePrefix.ALL.stream()
			.map((gateway) -> gateway + "." + filter)
			.flatMap((name) -> Stream.of(name, name + ".name"))
			.map((name) -> Origin.from(property(name)))
			.filter(Objects::nonNull)
			.findFirst()
			.orElse(null);
	}

	/**
	 * Returns the origin of a route's filter, or else of the route. Returns {@code null}
	 * if neither is in the properties. {@code routeId} is the id of the route, or
	 * {@code routes[index]} if it has none. {@code plugins} has the plugin and location
	 * that the filter can name, possibly empty.
	 */
	@Nullable Origin ofRoute(String routeId, Set<String> plugins) {
		for (String gateway : RoutePrefix.ALL) {
			for (int route = 0;; route++) {
				String prefix = gateway + ".routes[" + route + "]";
				ConfigurationProperty id = property(prefix + ".id");
				ConfigurationProperty uri = property(prefix + ".uri");
				if (id == null && uri == null) {
					break;
				}
				if (routeId.equals((id != null) ? id.getValue().toString() : "routes[" + route + "]")) {
					Origin filter = ofFilter(prefix + ".filters", plugins);
					Origin other = (filter != null) ? filter : ofFilter(gateway + ".default-filters", plugins);
					return (other != null) ? other : Origin.from((id != null) ? id : uri);
				}
			}
		}
		return null;
	}

	private @Nullable Origin ofFilter(String filters, Set<String> plugins) {
		for (int index = 0;; index++) {
			String filter = filters + "[" + index + "]";
			ConfigurationProperty text = property(filter);
			ConfigurationProperty name = property(filter + ".name");
			if (text == null && name == null) {
				return null;
			}
			if (text != null && RoutePrefix.isWasm(text) && isOneOf(text, plugins)) {
				return text.getOrigin();
			}
			if (name != null && RoutePrefix.isWasm(name) && isOf(filter + ".args.", plugins)) {
				return name.getOrigin();
			}
		}
	}

	private static boolean isOneOf(ConfigurationProperty filter, Set<String> plugins) {
		String text = filter.getValue().toString();
		return plugins.contains(text.substring(text.indexOf('=') + 1));
	}

	private boolean isOf(String arguments, Set<String> plugins) {
		ConfigurationProperty named = property(arguments + "plugin");
		ConfigurationProperty url = property(arguments + "url");
		return plugins.isEmpty() || (named != null && plugins.contains(named.getValue().toString()))
				|| (url != null && plugins.contains(url.getValue().toString()));
	}

	/**
	 * Returns a property, or {@code null} if it is not set.
	 */
	@Nullable ConfigurationProperty property(String property) {
		return property(ConfigurationPropertyName.adapt(property, '.')).orElse(null);
	}

	private Optional<ConfigurationProperty> property(ConfigurationPropertyName name) {
		return StreamSupport.stream(ConfigurationPropertySources.get(this.environment).spliterator(), false)
			.map((source) -> source.getConfigurationProperty(name))
			.filter((property) -> property != null)
			.findFirst();
	}

	private Optional<Origin> below(ConfigurationPropertyName parent) {
		return StreamSupport.stream(ConfigurationPropertySources.get(this.environment).spliterator(), false)
			.flatMap((source) -> (source instanceof IterableConfigurationPropertySource iterable) ? iterable.stream()
				.filter(parent::isAncestorOf)
				.map((name) -> Origin.from(iterable.getConfigurationProperty(name))) : Stream.empty())
			.filter((origin) -> origin != null)
			.findFirst();
	}

}
