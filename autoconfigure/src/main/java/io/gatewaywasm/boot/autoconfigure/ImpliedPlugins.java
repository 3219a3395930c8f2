package io.gatewaywasm.boot.autoconfigure;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.util.StringUtils;

/**
 * Removes plugins that exist only because of how Spring Boot reads environment variables.
 * Their names cannot contain dashes: {@code GATEWAY_WASM_PLUGINS_HELLOWORLD_ROOTID} sets
 * a property of the plugin {@code hello-world}, but is also bound as a plugin {@code
 * helloworld} that was never declared.
 */
final class ImpliedPlugins {

	private static final Logger logger = LoggerFactory.getLogger(ImpliedPlugins.class);

	private static final ConfigurationPropertyName PLUGINS = ConfigurationPropertyName.of("gateway.wasm.plugins");

	private ImpliedPlugins() {
	}

	/**
	 * Returns the plugins without those that only an environment variable implies.
	 * @param plugins the bound plugins by name
	 * @param environment the environment they were bound from
	 */
	static Map<String, WasmPluginProperties> withoutImplied(Map<String, WasmPluginProperties> plugins,
			Environment environment) {
		Map<String, WasmPluginProperties> meant = new LinkedHashMap<>(plugins);
		plugins.forEach((name, plugin) -> {
			Optional<String> original = original(name, plugin, plugins.keySet());
			if (original.isPresent() && isOnlyVariable(name, environment)) {
				meant.remove(name);
				logger.info(
						"Environment variables that set properties of the Wasm plugin '{}' also look like a plugin '{}',"
								+ " which is ignored. To avoid this message, use a plugin name without dashes.",
						original.get(), name);
			}
		});
		return meant;
	}

	/**
	 * Finds the declared name. Environment variables omit its dashes or, as in older
	 * versions of Spring Boot, replace them with underscores.
	 */
	private static Optional<String> original(String name, WasmPluginProperties plugin, Set<String> all) {
		boolean complete = StringUtils.hasText(plugin.url());
		return all.stream()
			.filter((other) -> !other.equals(name) && other.contains("-"))
			.filter((other) -> other.replace("-", "").equals(name)
					|| (!complete && List.of(other.split("-", -1)).get(0).equals(name)))
			.findFirst();
	}

	private static boolean isOnlyVariable(String name, Environment environment) {
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
			if (source instanceof IterableConfigurationPropertySource iterable
					&& !(source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource)
					&& iterable.stream().anyMatch((property) -> isWritten(name, property))) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Whether the property spells the name exactly. Spring Boot treats names with and
	 * without dashes as equal.
	 */
	private static boolean isWritten(String name, ConfigurationPropertyName property) {
		return PLUGINS.isAncestorOf(property)
				&& property.getElement(PLUGINS.getNumberOfElements(), Form.ORIGINAL).equals(name);
	}

}
