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
 * Leaves out plugins that nobody declares. Names of environment variables have no dashes:
 * {@code GATEWAY_WASM_PLUGINS_HELLOWORLD_ROOTID} sets a property of the plugin
 * {@code hello-world}, and besides looks like one of a plugin {@code helloworld}.
 */
final class SecondKeys {

	private static final Logger logger = LoggerFactory.getLogger(SecondKeys.class);

	private static final ConfigurationPropertyName PLUGINS = ConfigurationPropertyName.of("gateway.wasm.plugins");

	private SecondKeys() {
	}

	/**
	 * Return the plugins that are meant.
	 * @param plugins the plugins by name, as they were bound
	 * @param environment where they come from
	 * @return the plugins without second keys
	 */
	static Map<String, WasmGatewayProperties.Plugin> leaveOut(Map<String, WasmGatewayProperties.Plugin> plugins,
			Environment environment) {
		Map<String, WasmGatewayProperties.Plugin> meant = new LinkedHashMap<>(plugins);
		plugins.forEach((name, plugin) -> {
			Optional<String> original = original(name, plugin, plugins.keySet());
			if (original.isPresent() && isOnlyVariable(name, environment)) {
				meant.remove(name);
				logger.info(
						"Environment variables that set properties of the Wasm plugin '{}' look like a plugin '{}' as"
								+ " well, which is left out. To be rid of this line, use a name without dashes.",
						original.get(), name);
			}
		});
		return meant;
	}

	/**
	 * Dashes are left out, or, as in older versions of Spring Boot, became underscores.
	 */
	private static Optional<String> original(String name, WasmGatewayProperties.Plugin plugin, Set<String> all) {
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

	/** To Spring Boot a name with dashes and one without are equal; to a reader not. */
	private static boolean isWritten(String name, ConfigurationPropertyName property) {
		return PLUGINS.isAncestorOf(property)
				&& property.getElement(PLUGINS.getNumberOfElements(), Form.ORIGINAL).equals(name);
	}

}
