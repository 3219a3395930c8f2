package io.gatewaywasm.boot.autoconfigure;

import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import org.springframework.boot.context.properties.bind.DefaultValue;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Compares {@code docs/configuration.md} with the code. To regenerate it, run with
 * {@code -Dtest.jvm.arguments=-Dgatewaywasm.docs.write=true}.
 */
class ConfigurationReferenceTests {

	private static final Path SOURCES = Path.of("src/main/java/io/gatewaywasm/boot/autoconfigure");

	private static final List<Class<?>> PROPERTIES = List.of(WasmGatewayProperties.class, WasmFetchProperties.class);

	private static final Path REFERENCE = Path.of("../docs/configuration.md");

	private static final String BEGIN = "<!-- generated from WasmGatewayProperties: begin -->\n";

	private static final String END = "<!-- generated: end -->\n";

	private final Map<String, Map<String, String>> descriptions = new TreeMap<>();

	@Test
	void referenceMatchesTheCode() throws IOException {
		StringBuilder table = new StringBuilder("| property | type | default | description |\n|---|---|---|---|\n");
		readDescriptions(WasmPluginProperties.class);
		for (Class<?> properties : PROPERTIES) {
			readDescriptions(properties);
			describe("gateway.wasm", properties, table);
		}
		String current = Files.readString(REFERENCE);
		int begin = current.indexOf(BEGIN);
		assertThat(begin).isPositive();
		String expected = current.substring(0, begin) + BEGIN + table + current.substring(current.indexOf(END));
		if (Boolean.getBoolean("gatewaywasm.docs.write")) {
			Files.writeString(REFERENCE, expected);
			return;
		}
		assertThat(current).isEqualTo(expected);
	}

	private void describe(String prefix, Class<?> type, StringBuilder table) {
		for (RecordComponent component : type.getRecordComponents()) {
			String name = prefix + "." + kebab(component.getName());
			String description = this.descriptions.getOrDefault(type.getSimpleName(), Map.of())
				.get(component.getName());
			assertThat(description).as("description of %s", name).isNotBlank();
			Class<?> value = mapValue(component.getGenericType());
			if (value != null && value.isRecord()) {
				describe(name + ".<name>", value, table);
			}
			else if (component.getType().isRecord()) {
				describe(name, component.getType(), table);
			}
			else {
				table.append("| `%s` | %s | %s | %s |%n".formatted(name, typeName(component), defaultOf(component),
						description.replace("|", "\\|")));
			}
		}
	}

	private static Class<?> mapValue(Type type) {
		return (type instanceof ParameterizedType parameterized && parameterized.getRawType() == Map.class
				&& parameterized.getActualTypeArguments()[1] instanceof Class<?> value) ? value : null;
	}

	private static String typeName(RecordComponent component) {
		if (component.getType().isEnum()) {
			return Arrays.stream(component.getType().getEnumConstants())
				.map((constant) -> "`" + constant.toString().toLowerCase(Locale.ROOT).replace('_', '-') + "`")
				.collect(Collectors.joining(", "));
		}
		return switch (component.getType().getSimpleName()) {
			case "DataSize" -> "size";
			case "Integer", "int", "Long", "long", "Double", "double" -> "number";
			case "Set" -> "list";
			case "URI" -> "URI";
			default -> component.getType().getSimpleName().toLowerCase(Locale.ROOT);
		};
	}

	private static String defaultOf(RecordComponent component) {
		List<RecordComponent> all = List.of(component.getDeclaringRecord().getRecordComponents());
		int index = all.stream().map(RecordComponent::getName).toList().indexOf(component.getName());
		DefaultValue value = Arrays.stream(component.getDeclaringRecord().getDeclaredConstructors())
			.filter((constructor) -> constructor.getParameterCount() == all.size())
			.map((constructor) -> constructor.getParameters()[index].getAnnotation(DefaultValue.class))
			.filter(Objects::nonNull)
			.findFirst()
			.orElse(null);
		return (value == null || value.value().length == 0 || value.value()[0].isEmpty()) ? ""
				: "`" + String.join(",", value.value()) + "`";
	}

	private static String kebab(String name) {
		return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
	}

	private void readDescriptions(Class<?> properties) throws IOException {
		String source = Files.readString(SOURCES.resolve(properties.getSimpleName() + ".java"));
		Matcher blocks = Pattern
			.compile("/\\*\\*((?:(?!\\*/).)*)\\*/\\s*(?:@\\w+(?:\\([^)]*\\))?\\s*)*public record (\\w+)\\(",
					Pattern.DOTALL)
			.matcher(source);
		while (blocks.find()) {
			String text = blocks.group(1).replaceAll("(?m)^\\s*\\* ?", "");
			Map<String, String> parameters = new TreeMap<>();
			Matcher tags = Pattern.compile("@param (\\w+) (.*?)(?=@param|\\z)", Pattern.DOTALL).matcher(text);
			while (tags.find()) {
				parameters.put(tags.group(1), tags.group(2).strip().replaceAll("\\s+", " "));
			}
			this.descriptions.put(blocks.group(2), parameters);
		}
	}

}
