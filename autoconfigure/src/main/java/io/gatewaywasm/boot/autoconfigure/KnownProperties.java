package io.gatewaywasm.boot.autoconfigure;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.gatewaywasm.boot.plugin.ClosestName;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Rejects properties that would be silently ignored. If a name is misspelled, a plugin
 * would run without the digest, key or limit that the operator meant to set. If a text is
 * written as a map or a list, the plugin would run without its configuration. If a map is
 * written as a list, its entries would be named by their positions. Environment variables
 * are checked by {@link EnvironmentVariables}.
 */
final class KnownProperties {

	static final ConfigurationPropertyName ROOT = ConfigurationPropertyName.of("gateway.wasm");

	/** The key of an entry that was written as the element of a list. */
	private static final Pattern NUMBER = Pattern.compile("[0-9]+");

	private static final List<Class<?>> RECORDS = List.of(WasmGatewayProperties.class, WasmFetchProperties.class);

	private KnownProperties() {
	}

	/**
	 * Checks all properties of this library. Throws {@link InvalidWasmPropertyException}
	 * if a name is unknown, or if a value is written as a map or a list.
	 */
	static void check(Environment environment) {
		check(environment, ROOT);
	}

	/**
	 * Checks the properties below {@code part}. Throws
	 * {@link InvalidWasmPropertyException} if a name is unknown, or if a value is written
	 * as a map or a list.
	 */
	static void check(Environment environment, ConfigurationPropertyName part) {
		ConfigurationPropertySources.get(environment).forEach((source) -> {
			// The name of an environment variable can stand for several property names.
			if (source instanceof IterableConfigurationPropertySource iterable
					&& !(source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource)) {
				iterable.stream().filter(part::isAncestorOf).forEach(KnownProperties::checkName);
			}
		});
	}

	private static void checkName(ConfigurationPropertyName name) {
		Finding best = find(name);
		if (best.leaf() == Leaf.MAP) {
			throw list(name, best.depth());
		}
		if (best.leaf() != null && best.depth() < name.getNumberOfElements()) {
			ConfigurationPropertyName leaf = name.chop(best.depth());
			throw new InvalidWasmPropertyException(leaf.toString(), InvalidWasmPropertyException.SECRET,
					best.leaf().problem, best.leaf().remedy.formatted(leaf.getLastElement(Form.DASHED)));
		}
		if (!best.known().isEmpty()) {
			checkDots(name, best);
			String mistyped = name.getElement(best.depth(), Form.DASHED);
			throw new InvalidWasmPropertyException(name.toString(), InvalidWasmPropertyException.SECRET,
					"The property is unknown", ClosestName.hint(mistyped, best.known())
							+ "Correct or remove it. Valid names are %s.".formatted(best.known()));
		}
	}

	/**
	 * Returns the exception for a property in a list that must be a map, or {@code null}
	 * if the property is in none.
	 */
	static @Nullable InvalidWasmPropertyException listInPlaceOfMap(ConfigurationPropertyName name) {
		Finding best = ROOT.isAncestorOf(name) ? find(name) : Finding.known(name.getNumberOfElements());
		return (best.leaf() == Leaf.MAP) ? list(name, best.depth()) : null;
	}

	private static InvalidWasmPropertyException list(ConfigurationPropertyName name, int depth) {
		return new InvalidWasmPropertyException(name.toString(), InvalidWasmPropertyException.SECRET,
				Leaf.MAP.problem.formatted(name.getElement(depth - 1, Form.DASHED)),
				Leaf.MAP.remedy.formatted(name.chop(depth)));
	}

	/** A dot in a name that the user chose looks like a property of the group. */
	private static void checkDots(ConfigurationPropertyName name, Finding found) {
		int key = found.key();
		if (key < 0 || found.depth() != key + 1) {
			return;
		}
		for (int index = found.depth() + 1; index < name.getNumberOfElements(); index++) {
			if (found.known().contains(name.getElement(index, Form.DASHED))) {
				String written = name.chop(index).subName(key).toString();
				throw new InvalidWasmPropertyException(name.toString(), InvalidWasmPropertyException.SECRET,
						"The property is unknown, because '%s' contains a dot".formatted(written),
						"Rename it to '%s'.".formatted(written.replace('.', '-')));
			}
		}
	}

	private static Finding find(ConfigurationPropertyName name) {
		return RECORDS.stream()
			.map((type) -> find(type, name, ROOT.getNumberOfElements()))
			.max(Comparator.comparingInt(Finding::depth))
			.orElseThrow();
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
			return Finding.unknown(depth, names(depth, type));
		}
		return find(component.get(), name, depth + 1);
	}

	private static Finding find(RecordComponent component, ConfigurationPropertyName name, int depth) {
		Class<?> type = component.getType();
		if (type.isRecord()) {
			return find(type, name, depth);
		}
		if (type == Map.class) {
			if (depth < name.getNumberOfElements() && NUMBER.matcher(name.getElement(depth, Form.ORIGINAL)).matches()) {
				return Finding.leaf(depth, Leaf.MAP);
			}
			Class<?> value = value(component.getGenericType());
			return (value != null && value.isRecord() && depth < name.getNumberOfElements())
					? find(value, name, depth + 1).ofEntry(depth) : Finding.known(name.getNumberOfElements());
		}
		if (Collection.class.isAssignableFrom(type)) {
			return (depth < name.getNumberOfElements() && name.isNumericIndex(depth))
					? Finding.known(name.getNumberOfElements()) : Finding.leaf(depth, Leaf.LIST);
		}
		return Finding.leaf(depth, Leaf.ofText(component.getName()));
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
	 * Returns the names of a group's properties in alphabetical order.
	 */
	static List<String> names(Class<?> type) {
		return Arrays.stream(type.getRecordComponents())
			.map((component) -> component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT))
			.sorted()
			.toList();
	}

	/**
	 * The kinds of values of a property without nested properties. The binder ignores a
	 * map in its place, as if the property were not set.
	 */
	private enum Leaf {

		TEXT("The value is a map or a list, but must be text",
				"Write it as an indented text block after '%s: |', or move it to a file and set 'configuration-location'."),

		BLOCK("The value is a map or a list, but must be text", "Write it as an indented text block after '%s: |'."),

		VALUE("The value is a map or a list, but must be a single value", "Write a single value after '%s:'."),

		LIST("The value is a map, but must be a list", "Write it as '%s: [ first, second ]'."),

		MAP("'%s' is written as a list, but each entry needs a name",
				"Use the name, which must not be a number, as the key: '%s.<name>: ...', without '- ' in front of it.");

		private final String problem;

		private final String remedy;

		Leaf(String problem, String remedy) {
			this.problem = problem;
			this.remedy = remedy;
		}

		/** Only configurations are texts of more than a line. */
		static Leaf ofText(String component) {
			return switch (component) {
				case "configuration" -> TEXT;
				case "vmConfiguration" -> BLOCK;
				default -> VALUE;
			};
		}

	}

	/**
	 * How much of a property name is known. {@code leaf} is what the property must be, or
	 * {@code null} if it is a group. {@code known} has the valid names for the first
	 * unknown element, empty if there is none. {@code key} is the position of the name
	 * that the user chose, or -1 if there is none.
	 */
	private record Finding(int depth, @Nullable Leaf leaf, List<String> known, int key) {

		static Finding known(int depth) {
			return new Finding(depth, null, List.of(), -1);
		}

		static Finding unknown(int depth, List<String> known) {
			return new Finding(depth, null, known, -1);
		}

		static Finding leaf(int depth, Leaf leaf) {
			return new Finding(depth, leaf, List.of(), -1);
		}

		Finding ofEntry(int position) {
			return new Finding(this.depth, this.leaf, this.known, position);
		}

	}

}
