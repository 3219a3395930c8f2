package io.gatewaywasm.tck.cases;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * Reads the case files of a directory, {@code <area>/<file>.yml}, each a list of cases. A
 * case with a {@code matrix} is expanded to one case per combination of its values, which
 * replace <code>${name}</code> in all texts of the case.
 */
public final class CaseFiles {

	private CaseFiles() {
	}

	/**
	 * Reads all cases of a directory.
	 * @param directory the directory with one folder per area
	 * @return the cases, ordered by file and position
	 */
	public static List<ConformanceCase> read(Path directory) {
		try (Stream<Path> files = Files.walk(directory)) {
			List<ConformanceCase> cases = new ArrayList<>();
			for (Path file : files.filter((file) -> file.toString().endsWith(".yml")).sorted().toList()) {
				read(directory.relativize(file).getName(0).toString(), Files.readString(file), cases);
			}
			Set<String> ids = new HashSet<>();
			for (ConformanceCase conformanceCase : cases) {
				if (!ids.add(conformanceCase.id())) {
					throw new CaseFormatException("There are two cases '" + conformanceCase.id() + "'");
				}
			}
			return cases;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Reads the cases of one file.
	 * @param area the area that the cases belong to
	 * @param yaml the content of the file
	 * @param cases the list to which the cases are added
	 */
	public static void read(String area, String yaml, List<ConformanceCase> cases) {
		Object loaded = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
		for (Object value : YamlMapping.listOf(loaded)) {
			YamlMapping node = new YamlMapping(area, value);
			String name = node.text("name", "");
			if (name.isEmpty()) {
				throw new CaseFormatException(area + ": a case has no name");
			}
			for (Map<String, Object> variables : combinations(node)) {
				Map<Object, Object> expanded = new LinkedHashMap<>();
				((Map<?, ?>) value).forEach((key, child) -> {
					if (!key.equals("matrix") && !key.equals("name")) {
						expanded.put(key, expand(child, variables));
					}
				});
				String id = area + "/" + name + suffix(variables);
				cases.add(ConformanceCase.of(id, new YamlMapping(id, expanded)));
			}
		}
	}

	private static String suffix(Map<String, Object> variables) {
		if (variables.isEmpty()) {
			return "";
		}
		List<String> texts = new ArrayList<>();
		variables.forEach((name, value) -> texts.add(name + "=" + label(value)));
		return " (" + String.join(", ", texts) + ")";
	}

	// A matrix value that is not a string has its label in "as".
	private static String label(Object value) {
		return (value instanceof Map<?, ?> map && map.get("as") != null) ? String.valueOf(map.get("as"))
				: String.valueOf(value).strip().replace("\r", "\\r").replace("\n", "\\n");
	}

	private static List<Map<String, Object>> combinations(YamlMapping node) {
		List<Map<String, Object>> combinations = List.of(Map.of());
		if (!node.has("matrix")) {
			return combinations;
		}
		YamlMapping matrix = node.child("matrix");
		for (String name : matrix.keys()) {
			List<Map<String, Object>> longer = new ArrayList<>();
			for (Map<String, Object> combination : combinations) {
				for (Object value : matrix.list(name)) {
					Map<String, Object> extended = new LinkedHashMap<>(combination);
					extended.put(name, value);
					longer.add(extended);
				}
			}
			combinations = longer;
		}
		return combinations;
	}

	private static @Nullable Object expand(@Nullable Object value, Map<String, Object> variables) {
		if (value instanceof Map<?, ?> map) {
			Map<Object, @Nullable Object> expanded = new LinkedHashMap<>();
			map.forEach((key, child) -> expanded.put(key, expand(child, variables)));
			return expanded;
		}
		if (value instanceof List<?> list) {
			List<@Nullable Object> expanded = new ArrayList<>();
			list.forEach((child) -> expanded.add(expand(child, variables)));
			return expanded;
		}
		if (!(value instanceof String text)) {
			return value;
		}
		for (Map.Entry<String, Object> variable : variables.entrySet()) {
			String placeholder = "${" + variable.getKey() + "}";
			Object replacement = variable.getValue();
			if (replacement instanceof Map<?, ?> map && map.containsKey("as")) {
				replacement = map.get("is");
			}
			if (text.equals(placeholder)) {
				return replacement;
			}
			text = text.replace(placeholder, String.valueOf(replacement));
		}
		return text;
	}

}
