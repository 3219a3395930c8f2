package io.gatewaywasm.boot.autoconfigure;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Refuses properties that would have no effect: mistyped names, since a filter would run
 * without the digest, the key or the limit that was meant, or a guard not at all; and
 * texts that are written as maps or lists, since the filter would go without its
 * configuration. Names of environment variables are not looked at: platforms set some
 * that only look like properties.
 */
final class KnownProperties {

	private static final ConfigurationPropertyName ROOT = ConfigurationPropertyName.of("gateway.wasm");

	private static final List<Class<?>> RECORDS = List.of(WasmGatewayProperties.class, WasmFetchProperties.class);

	private KnownProperties() {
	}

	/**
	 * Look through an environment.
	 * @param environment the environment
	 * @throws InvalidWasmPropertyException if a name is not known, or a text is written
	 * as a map or list
	 */
	static void check(Environment environment) {
		check(environment, ROOT);
	}

	/**
	 * Look through a part of an environment.
	 * @param environment the environment
	 * @param part the part
	 * @throws InvalidWasmPropertyException if a name is not known, or a text is written
	 * as a map or list
	 */
	static void check(Environment environment, ConfigurationPropertyName part) {
		ConfigurationPropertySources.get(environment).forEach((source) -> {
			// Names of environment variables can be read in several ways.
			if (source instanceof IterableConfigurationPropertySource iterable
					&& !(source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource)) {
				iterable.stream().filter(part::isAncestorOf).forEach(KnownProperties::checkName);
			}
		});
	}

	private static void checkName(ConfigurationPropertyName name) {
		Finding best = RECORDS.stream()
			.map((type) -> find(type, name, ROOT.getNumberOfElements()))
			.max((one, other) -> Integer.compare(one.depth(), other.depth()))
			.orElseThrow();
		if (best.text() && best.depth() < name.getNumberOfElements()) {
			throw new InvalidWasmPropertyException(name.chop(best.depth()).toString(),
					InvalidWasmPropertyException.SECRET, "The value must be a text; here it is a map or a list",
					"Write it as a block of text, after '" + name.chop(best.depth()).getLastElement(Form.DASHED)
							+ ": |' and indented, or put it into a file and name that by 'configuration-location'.");
		}
		if (!best.known().isEmpty()) {
			String mistyped = name.getElement(best.depth(), Form.DASHED);
			throw new InvalidWasmPropertyException(name.toString(), InvalidWasmPropertyException.SECRET,
					"The property is not known", ClosestName.hint(mistyped, best.known())
							+ "Correct or remove it; known here are %s.".formatted(best.known()));
		}
	}

	private static Finding find(Class<?> type, ConfigurationPropertyName name, int depth) {
		if (depth == name.getNumberOfElements()) {
			return Finding.known(depth);
		}
		Optional<RecordComponent> component = Arrays.stream(type.getRecordComponents())
			.filter((candidate) -> candidate.getName()
				.toLowerCase(Locale.ROOT)
				.equals(name.getElement(depth, Form.UNIFORM)))
			.findFirst();
		if (component.isEmpty()) {
			return new Finding(depth, false, names(depth, type));
		}
		return find(component.get(), name, depth + 1);
	}

	private static Finding find(RecordComponent component, ConfigurationPropertyName name, int depth) {
		Class<?> type = component.getType();
		if (type.isRecord()) {
			return find(type, name, depth);
		}
		if (type == Map.class) {
			Class<?> value = value(component.getGenericType());
			return (value != null && value.isRecord() && depth < name.getNumberOfElements())
					? find(value, name, depth + 1) : Finding.known(name.getNumberOfElements());
		}
		return new Finding(Collection.class.isAssignableFrom(type) ? name.getNumberOfElements() : depth,
				type == String.class, List.of());
	}

	private static @Nullable Class<?> value(Type map) {
		return (map instanceof ParameterizedType parameterized
				&& parameterized.getActualTypeArguments()[1] instanceof Class<?> value) ? value : null;
	}

	private static List<String> names(int depth, Class<?> type) {
		Stream<Class<?>> types = (depth == ROOT.getNumberOfElements()) ? RECORDS.stream() : Stream.of(type);
		return types.flatMap((owner) -> names(owner).stream()).sorted().toList();
	}

	/**
	 * Return the names of a group's properties.
	 * @param type the record of the group
	 * @return the names in alphabetical order
	 */
	static List<String> names(Class<?> type) {
		return Arrays.stream(type.getRecordComponents())
			.map((component) -> component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT))
			.sorted()
			.toList();
	}

	/**
	 * How far a name leads.
	 *
	 * @param depth the number of elements that are known
	 * @param text whether it leads to a text
	 * @param known if it leads nowhere, the names that would have been possible, else
	 * none
	 */
	private record Finding(int depth, boolean text, List<String> known) {

		static Finding known(int depth) {
			return new Finding(depth, false, List.of());
		}

	}

}
