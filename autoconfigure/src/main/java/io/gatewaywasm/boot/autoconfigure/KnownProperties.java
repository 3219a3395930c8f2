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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.origin.Origin;
import org.springframework.core.env.Environment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Finds properties that have no effect: mistyped ones, of which a warning is logged,
 * since an older version of the library may not know what a newer one does; and texts
 * that are written as maps or lists, which are refused, since the filter would go without
 * its configuration.
 */
final class KnownProperties {

	private static final Logger logger = LoggerFactory.getLogger(KnownProperties.class);

	private static final ConfigurationPropertyName ROOT = ConfigurationPropertyName.of("gateway.wasm");

	private static final List<Class<?>> RECORDS = List.of(WasmGatewayProperties.class, WasmFetchProperties.class);

	private KnownProperties() {
	}

	/**
	 * Look through an environment.
	 * @param environment the environment
	 * @throws InvalidWasmPropertyException if a text is written as a map or list
	 */
	static void check(Environment environment) {
		check(environment, ROOT);
	}

	/**
	 * Look through a part of an environment.
	 * @param environment the environment
	 * @param part the part
	 * @throws InvalidWasmPropertyException if a text is written as a map or list
	 */
	static void check(Environment environment, ConfigurationPropertyName part) {
		ConfigurationPropertySources.get(environment).forEach((source) -> {
			// Names of environment variables can be read in several ways.
			if (source instanceof IterableConfigurationPropertySource iterable
					&& !(source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource)) {
				iterable.stream().filter(part::isAncestorOf).forEach((name) -> check(iterable, name));
			}
		});
	}

	private static void check(IterableConfigurationPropertySource source, ConfigurationPropertyName name) {
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
			Origin origin = Origin.from(source.getConfigurationProperty(name));
			logger.warn("Property '{}'{} is not known and has no effect. Known here are {}.", name,
					(origin != null) ? " (" + origin + ")" : "", best.known());
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
