package io.gatewaywasm.boot.autoconfigure;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Removes entries that exist only because of how Spring Boot reads environment variables.
 * Their names cannot contain dashes: {@code GATEWAY_WASM_PLUGINS_HELLOWORLD_ROOTID} sets
 * a property of the plugin {@code hello-world}, but is also bound as a plugin {@code
 * helloworld} that was never declared.
 */
final class ImpliedEntries {

	private static final Logger logger = LoggerFactory.getLogger(ImpliedEntries.class);

	private final Environment environment;

	ImpliedEntries(Environment environment) {
		this.environment = environment;
	}

	/** Returns the entries without those that only an environment variable implies. */
	<T> Map<String, T> removedFrom(NamedEntries<T> entries) {
		Map<String, T> meant = new LinkedHashMap<>(entries.bound());
		find(entries).keySet().forEach(meant::remove);
		return meant;
	}

	/** Logs which entries are removed. */
	void log(NamedEntries<?> entries) {
		find(entries).forEach((name, original) -> logger.info(
				"Environment variables that set properties of the {} '{}' also look like {} '{}', which is ignored."
						+ " To avoid this message, use a name of lowercase letters and digits.",
				entries.noun(), original, entries.kind(), name));
	}

	/**
	 * Returns the implied entries, and the declared entries to which they belong.
	 * Environment variables omit dashes or, as in older versions of Spring Boot, replace
	 * them with underscores.
	 */
	private <T> Map<String, String> find(NamedEntries<T> entries) {
		Map<String, String> withoutDashes = new HashMap<>();
		Map<String, String> firstParts = new HashMap<>();
		entries.bound().keySet().stream().filter((name) -> !NamedEntries.uniform(name).equals(name)).forEach((name) -> {
			withoutDashes.putIfAbsent(NamedEntries.uniform(name), name);
			firstParts.putIfAbsent(name.split("-", 2)[0], name);
		});
		Map<String, String> implied = new LinkedHashMap<>();
		entries.bound().forEach((name, entry) -> {
			String original = withoutDashes.get(name);
			if (original == null && !entries.complete().test(entry)) {
				original = firstParts.get(name);
			}
			if (original != null && !original.equals(name) && isOnlyVariable(name, entries.property())) {
				implied.put(name, original);
			}
		});
		return implied;
	}

	private boolean isOnlyVariable(String name, ConfigurationPropertyName map) {
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(this.environment)) {
			if (source instanceof IterableConfigurationPropertySource iterable
					&& !(source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource)
					&& iterable.stream().anyMatch((property) -> isWritten(name, map, property))) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Whether the property spells the name exactly. Spring Boot treats names with and
	 * without dashes as equal.
	 */
	private static boolean isWritten(String name, ConfigurationPropertyName map, ConfigurationPropertyName property) {
		return map.isAncestorOf(property) && property.getElement(map.getNumberOfElements(), Form.ORIGINAL).equals(name);
	}

}
