package io.gatewaywasm.tck.cases;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * A mapping in a YAML file. Keys that have not been read are reported, so that a
 * misspelled key is noticed.
 */
final class YamlMapping {

	private final String where;

	private final Map<?, ?> values;

	private final Set<Object> read = new HashSet<>();

	YamlMapping(String where, @Nullable Object value) {
		this.where = where;
		if (!(value instanceof Map<?, ?> map)) {
			throw new CaseFormatException(where + " is not a mapping");
		}
		this.values = map;
	}

	boolean has(String key) {
		return this.values.containsKey(key);
	}

	@Nullable Object get(String key) {
		this.read.add(key);
		return this.values.get(key);
	}

	String text(String key, String defaultValue) {
		Object value = get(key);
		return (value != null) ? value.toString() : defaultValue;
	}

	int number(String key, int defaultValue) {
		Object value = get(key);
		if (value == null) {
			return defaultValue;
		}
		try {
			return Integer.parseInt(value.toString());
		}
		catch (NumberFormatException ex) {
			throw new CaseFormatException(this.where + ": '" + key + "' is not a number: " + value, ex);
		}
	}

	boolean flag(String key) {
		return Boolean.parseBoolean(text(key, "false"));
	}

	/** Returns a list. A single value becomes a list with one element. */
	List<Object> list(String key) {
		return listOf(get(key));
	}

	List<String> texts(String key) {
		return list(key).stream().map(Object::toString).toList();
	}

	YamlMapping child(String key) {
		return new YamlMapping(this.where + "." + key, get(key));
	}

	String where() {
		return this.where;
	}

	Set<String> keys() {
		Set<String> keys = new java.util.LinkedHashSet<>();
		this.values.keySet().forEach((key) -> keys.add(key.toString()));
		return keys;
	}

	void finish() {
		for (Object key : this.values.keySet()) {
			if (!this.read.contains(key)) {
				throw new CaseFormatException(this.where + ": '" + key + "' is not known here");
			}
		}
	}

	static List<Object> listOf(@Nullable Object value) {
		if (value == null) {
			return List.of();
		}
		return (value instanceof List<?> list) ? new ArrayList<>(list) : List.of(value);
	}

}
