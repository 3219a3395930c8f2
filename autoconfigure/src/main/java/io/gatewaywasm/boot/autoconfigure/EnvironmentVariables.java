package io.gatewaywasm.boot.autoconfigure;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Rejects environment variables that look like plugin properties but have no effect.
 * Spring Boot reads an underscore as the separator between two parts of a property name.
 * Therefore a variable that contains {@code HELLO_WORLD} does not refer to the plugin
 * {@code hello-world}, unless another property source declares that plugin.
 */
final class EnvironmentVariables {

	private static final String PREFIX = "GATEWAY_WASM_PLUGINS_";

	private static final String ENVIRONMENT = "_ENVIRONMENT_";

	private static final List<String> PROPERTIES = Stream
		.concat(KnownProperties.names(WasmPluginProperties.class)
			.stream()
			.filter((name) -> !name.equals("limits") && !name.equals("environment")),
				KnownProperties.names(WasmPluginProperties.Limits.class).stream().map((name) -> "limits." + name))
		.toList();

	private EnvironmentVariables() {
	}

	static void check(Environment environment, Collection<String> plugins) {
		if (environment instanceof ConfigurableEnvironment configurable) {
			for (PropertySource<?> source : configurable.getPropertySources()) {
				if (source instanceof SystemEnvironmentPropertySource variables) {
					Stream.of(variables.getPropertyNames())
						.filter((name) -> name.toUpperCase(Locale.ROOT).startsWith(PREFIX))
						.forEach((name) -> check(name, Set.copyOf(plugins)));
				}
			}
		}
	}

	private static void check(String variable, Set<String> plugins) {
		String rest = variable.substring(PREFIX.length()).toUpperCase(Locale.ROOT);
		if (plugins.stream().anyMatch((plugin) -> isKeyOfEnvironment(rest, plugin))) {
			return;
		}
		Property property = property(rest, PROPERTIES);
		if (property != null && plugins.contains(property.plugin())) {
			return;
		}
		for (String plugin : plugins) {
			String dashed = plugin.replace('-', '_').toUpperCase(Locale.ROOT);
			if (rest.startsWith(dashed + ENVIRONMENT)) {
				throw noEffect(variable, dashed, "a plugin", "Rename it to '%s%s%s'.".formatted(PREFIX,
						dashed.replace("_", ""), rest.substring(dashed.length())));
			}
		}
		if (property != null) {
			String dashed = rest.substring(0, rest.length() - property.suffix().length());
			throw noEffect(variable, dashed, "a plugin",
					("Rename it to '%s%s%s' for a plugin '%s', or declare '%s' in a file; the variable then sets its"
							+ " property.")
						.formatted(PREFIX, dashed.replace("_", ""), property.canonical(),
								property.plugin().replace("-", ""), property.plugin()));
		}
	}

	static InvalidWasmPropertyException noEffect(String variable, String name, String kind, String remedy) {
		return new InvalidWasmPropertyException(variable.toLowerCase(Locale.ROOT).replace('_', '.'),
				InvalidWasmPropertyException.SECRET,
				("The environment variable '%s' has no effect: an underscore separates the parts of a property name, so"
						+ " '%s' is not the name of %s")
					.formatted(variable, name, kind),
				remedy);
	}

	/**
	 * Returns the property that the variable's name ends with, or {@code null}.
	 */
	static @Nullable Property property(String rest, List<String> properties) {
		for (String property : properties) {
			String dashless = "_" + property.replace("-", "").replace('.', '_').toUpperCase(Locale.ROOT);
			String dashed = "_" + property.replace('-', '_').replace('.', '_').toUpperCase(Locale.ROOT);
			String suffix = rest.endsWith(dashless) ? dashless : rest.endsWith(dashed) ? dashed : "";
			String plugin = rest.substring(0, rest.length() - suffix.length());
			if (!suffix.isEmpty() && plugin.contains("_")) {
				return new Property(plugin.toLowerCase(Locale.ROOT).replace('_', '-'), suffix, dashless);
			}
		}
		return null;
	}

	/**
	 * Whether the variable sets an entry of the plugin's {@code environment}. Such keys
	 * are arbitrary, and can end like the name of a property.
	 */
	private static boolean isKeyOfEnvironment(String rest, String plugin) {
		return rest.startsWith(plugin.replace("-", "").toUpperCase(Locale.ROOT) + ENVIRONMENT);
	}

	/**
	 * The plugin, or another named entry, and its property that a variable seems to refer
	 * to.
	 *
	 * @param plugin the name of the plugin
	 * @param suffix the name of the property as the variable spells it
	 * @param canonical the name of the property as variables should spell it
	 */
	record Property(String plugin, String suffix, String canonical) {

	}

}
