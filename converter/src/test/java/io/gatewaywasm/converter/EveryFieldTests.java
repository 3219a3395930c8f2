package io.gatewaywasm.converter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that no field is lost: without any field of a configuration, the result is a
 * different one, or a note names an object that contains the field.
 */
@Tag("slow")
class EveryFieldTests {

	private static final Path FORMATS = Path.of("src/test/resources/formats");

	static List<String> formats() throws IOException {
		try (var files = Files.list(FORMATS)) {
			return files.map((file) -> file.getFileName().toString())
				.filter((file) -> file.endsWith(".yaml"))
				.map((file) -> file.replace(".yaml", ""))
				.sorted()
				.toList();
		}
	}

	@ParameterizedTest
	@MethodSource("formats")
	void everyFieldIsConvertedOrNoted(String format) throws IOException {
		assertThat(lost(format, EveryFieldTests::leaves, EveryFieldTests::without)).isEmpty();
	}

	@ParameterizedTest
	@MethodSource("formats")
	void everyUnknownFieldIsNoted(String format) throws IOException {
		assertThat(lost(format, EveryFieldTests::objects, EveryFieldTests::with)).isEmpty();
	}

	/**
	 * Returns the places at which a change does not change the result, unless a note
	 * names the place or it is omitted on purpose: descriptions, defaults, and fields of
	 * what a note describes in other words.
	 */
	private static Set<String> lost(String format, Function<Object, List<List<Object>>> places,
			BiFunction<Object, List<Object>, Object> change) throws IOException {
		List<String> omitted = Files.readAllLines(FORMATS.resolve(format + ".omitted"));
		List<Object> documents = YamlDocuments.read(format, Files.readString(FORMATS.resolve(format + ".yaml")));
		String complete = convert(documents);
		Set<String> lost = new LinkedHashSet<>();
		for (int index = 0; index < documents.size(); index++) {
			for (List<Object> place : places.apply(documents.get(index))) {
				List<Object> changed = new ArrayList<>(documents);
				changed.set(index, change.apply(documents.get(index), place));
				if (convert(changed).equals(complete) && !isNamed(complete, place)
						&& omitted.stream().noneMatch((pattern) -> text(place).matches(pattern))) {
					lost.add(text(place));
				}
			}
		}
		return lost;
	}

	private static boolean isNamed(String notes, List<Object> path) {
		for (int length = 1; length <= path.size(); length++) {
			if (notes.contains("`" + text(path.subList(0, length)) + "`")) {
				return true;
			}
		}
		return false;
	}

	private static String convert(List<Object> documents) {
		ConverterRun converter = new ConverterRun();
		converter
			.run(documents.stream().map((document) -> new Yaml().dump(document)).collect(Collectors.joining("---\n")));
		return converter.output() + converter.errors();
	}

	private static List<List<Object>> leaves(Object value) {
		List<List<Object>> leaves = new ArrayList<>();
		Map<Object, Object> children = new LinkedHashMap<>();
		if (value instanceof Map<?, ?> map) {
			children.putAll(map);
		}
		else if (value instanceof List<?> list) {
			list.forEach((element) -> children.put(children.size(), element));
		}
		children.forEach((key, child) -> leaves(child).forEach((leaf) -> {
			List<Object> path = new ArrayList<>(List.of(key));
			path.addAll(leaf);
			leaves.add(path);
		}));
		if (children.isEmpty()) {
			leaves.add(List.of());
		}
		return leaves;
	}

	private static Object without(Object value, List<Object> path) {
		Object key = path.get(0);
		if (value instanceof List<?> list) {
			List<Object> changed = new ArrayList<>(list);
			if (path.size() == 1) {
				changed.remove((int) key);
			}
			else {
				changed.set((int) key, without(list.get((int) key), path.subList(1, path.size())));
			}
			return changed;
		}
		Map<Object, Object> changed = new LinkedHashMap<>((Map<?, ?>) value);
		if (path.size() == 1) {
			changed.remove(key);
		}
		else {
			changed.put(key, without(changed.get(key), path.subList(1, path.size())));
		}
		return changed;
	}

	private static List<List<Object>> objects(Object value) {
		Set<List<Object>> objects = new LinkedHashSet<>();
		for (List<Object> leaf : leaves(value)) {
			for (int length = 0; length <= leaf.size(); length++) {
				if (at(value, leaf.subList(0, length)) instanceof Map) {
					objects.add(leaf.subList(0, length));
				}
			}
		}
		return List.copyOf(objects);
	}

	private static Object at(Object value, List<Object> path) {
		Object current = value;
		for (Object key : path) {
			current = (current instanceof List<?> list) ? list.get((int) key) : ((Map<?, ?>) current).get(key);
		}
		return current;
	}

	private static Object with(Object value, List<Object> path) {
		if (path.isEmpty()) {
			Map<Object, Object> changed = new LinkedHashMap<>((Map<?, ?>) value);
			changed.put("unknown", 1);
			return changed;
		}
		Object child = with(at(value, path.subList(0, 1)), path.subList(1, path.size()));
		if (value instanceof List<?> list) {
			List<Object> changed = new ArrayList<>(list);
			changed.set((int) path.get(0), child);
			return changed;
		}
		Map<Object, Object> changed = new LinkedHashMap<>((Map<?, ?>) value);
		changed.put(path.get(0), child);
		return changed;
	}

	private static String text(List<Object> path) {
		StringBuilder text = new StringBuilder();
		path.forEach((element) -> text
			.append((element instanceof Integer) ? "[" + element + "]" : (text.isEmpty() ? "" : ".") + element));
		return text.toString();
	}

}
