package io.gatewaywasm.boot.autoconfigure;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.gatewaywasm.boot.plugin.ClosestName;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Finds environment variables that look like properties of a plugin, or of another named
 * entry, but have no effect. Spring Boot reads an underscore as the separator between two
 * parts of a property name. Therefore a variable that contains {@code HELLO_WORLD} does
 * not refer to the plugin {@code hello-world}, unless another property source declares
 * that plugin. Such a variable is rejected. A variable that begins like those of a
 * declared entry and sets none of its properties is logged.
 */
final class EnvironmentVariables {

	private static final Logger logger = LoggerFactory.getLogger(EnvironmentVariables.class);

	/** The position in a list. */
	private static final Pattern INDEX = Pattern.compile("_\\d+_?$");

	/** A position in the place of a name. */
	private static final Pattern NUMBER = Pattern.compile("\\d+(_.*)?");

	private final NamedEntries<?> entries;

	private final Set<String> declared;

	private final Set<String> effective;

	private EnvironmentVariables(NamedEntries<?> entries, Environment environment) {
		this.entries = entries;
		this.declared = entries.declared(environment).keySet();
		this.effective = this.declared.stream()
			.flatMap((name) -> entries.properties()
				.stream()
				.flatMap((property) -> entries.possibleVariables(name, property).stream()))
			.collect(Collectors.toUnmodifiableSet());
	}

	static void check(Environment environment, NamedEntries<?> entries) {
		EnvironmentVariables checks = new EnvironmentVariables(entries, environment);
		if (environment instanceof ConfigurableEnvironment configurable) {
			for (PropertySource<?> source : configurable.getPropertySources()) {
				if (source instanceof SystemEnvironmentPropertySource variables) {
					Stream.of(variables.getPropertyNames()).forEach(checks::check);
				}
			}
		}
	}

	private void check(String variable) {
		String name = variable.toUpperCase(Locale.ROOT);
		String unindexed = INDEX.matcher(name).replaceFirst("");
		if (!name.startsWith(this.entries.variables())) {
			return;
		}
		String rest = name.substring(this.entries.variables().length());
		rejectNumber(variable, rest, this.entries.kind());
		if (this.effective.contains(name) || this.effective.contains(unindexed)) {
			return;
		}
		if (isKeyOfMap(variable, name)) {
			return;
		}
		rejectDashedMap(variable, rest);
		Property property = lastOf(INDEX.matcher(rest).replaceFirst(""));
		if (property != null && !this.declared.contains(property.entry())) {
			String index = name.substring(unindexed.length());
			throw noEffect(variable, property.written(),
					"Rename it to '%s' for %s named '%s', or declare '%s' in a file; the variable then sets its property."
						.formatted(this.entries.variable(property.entry(), property.name()) + index,
								this.entries.kind(), NamedEntries.uniform(property.entry()), property.entry()));
		}
		warnIfMistyped(variable, rest);
	}

	/**
	 * Whether the variable sets an entry of a map, such as {@code environment}. Such keys
	 * are arbitrary, and can end like the name of a property.
	 */
	private boolean isKeyOfMap(String variable, String name) {
		for (String map : this.entries.maps()) {
			for (String entry : this.declared) {
				String prefix = this.entries.variable(entry, map) + "_";
				if (name.startsWith(prefix)) {
					rejectNumber(variable, name.substring(prefix.length()), "an entry of '%s'".formatted(map));
					return true;
				}
			}
		}
		return false;
	}

	private void rejectNumber(String variable, String rest, String kind) {
		if (NUMBER.matcher(rest).matches()) {
			throw new InvalidWasmPropertyException(variable, InvalidWasmPropertyException.SECRET,
					"The environment variable '%s' has a number in the place of the name of %s".formatted(variable,
							kind),
					"Replace the number with the name, in upper case and without dashes.");
		}
	}

	private void rejectDashedMap(String variable, String rest) {
		for (String map : this.entries.maps()) {
			for (String entry : this.declared) {
				String dashed = NamedEntries.dashed(entry);
				String key = "_" + NamedEntries.dashed(map) + "_";
				if (rest.startsWith(dashed + key)) {
					throw noEffect(variable, dashed, "Rename it to '%s'."
						.formatted(this.entries.variable(entry, map) + "_" + rest.substring((dashed + key).length())));
				}
			}
		}
	}

	private InvalidWasmPropertyException noEffect(String variable, String name, String remedy) {
		return new InvalidWasmPropertyException(propertyOf(variable), InvalidWasmPropertyException.SECRET,
				("The environment variable '%s' has no effect: an underscore separates the parts of a property name, so"
						+ " '%s' is not the name of %s")
					.formatted(variable, name, this.entries.kind()),
				remedy);
	}

	/**
	 * Returns the property that the variable's name ends with, or {@code null}. The name
	 * of its entry has an underscore.
	 */
	private @Nullable Property lastOf(String rest) {
		for (String property : this.entries.properties()) {
			String dashless = "_" + property.replace("-", "").replace('.', '_').toUpperCase(Locale.ROOT);
			String suffix = rest.endsWith(dashless) ? dashless : "_" + NamedEntries.dashed(property);
			String entry = rest.endsWith(suffix) ? rest.substring(0, rest.length() - suffix.length()) : "";
			if (entry.contains("_")) {
				return new Property(entry, entry.toLowerCase(Locale.ROOT).replace('_', '-'), property);
			}
		}
		return null;
	}

	private void warnIfMistyped(String variable, String rest) {
		this.declared.stream()
			.filter((entry) -> !below(entry, rest).isEmpty())
			.max(Comparator.comparingInt(String::length))
			.ifPresent((entry) -> logger.warn(
					"The environment variable '{}' has no effect: the {} '{}' has no such property. {}Rename or remove"
							+ " the variable.",
					variable, this.entries.noun(), entry, hint(entry, below(entry, rest))));
	}

	private String hint(String entry, String written) {
		Map<String, String> properties = this.entries.properties()
			.stream()
			.collect(Collectors.toMap(NamedEntries::uniform, Function.identity()));
		return ClosestName.of(NamedEntries.uniform(INDEX.matcher(written).replaceFirst("")), properties.keySet())
			.map((closest) -> "Did you mean '%s'? "
				.formatted(this.entries.variable(entry, String.valueOf(properties.get(closest)))))
			.orElse("");
	}

	/** Returns what follows the name of the entry, or an empty string. */
	private static String below(String entry, String rest) {
		return Stream.of(NamedEntries.uniform(entry).toUpperCase(Locale.ROOT), NamedEntries.dashed(entry))
			.filter((name) -> rest.startsWith(name + "_"))
			.map((name) -> rest.substring(name.length() + 1))
			.findFirst()
			.orElse("");
	}

	/** Returns the property that Spring Boot reads from the variable. */
	private static String propertyOf(String variable) {
		return variable.toLowerCase(Locale.ROOT).replace('_', '.');
	}

	/**
	 * The entry and its property that a variable seems to refer to. {@code written} is
	 * the name of the entry as the variable spells it.
	 */
	private record Property(String written, String entry, String name) {

	}

}
