package io.gatewaywasm.converter;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * The fields of an object in the source. Records which fields were read; the others have
 * no equivalent. A field is found as {@code root_id}, {@code rootId} and {@code rootID},
 * because Protocol Buffers accept several forms of its name.
 */
final class Fields {

	private final String path;

	private final Map<String, Object> values = new LinkedHashMap<>();

	private final Set<String> read = new HashSet<>();

	private final Map<String, Fields> objects = new HashMap<>();

	private final List<Fields> children = new ArrayList<>();

	Fields(String path, @Nullable Object value) {
		this.path = path;
		if (value instanceof Map<?, ?> map) {
			map.forEach((key, element) -> {
				if (element != null) {
					this.values.put(String.valueOf(key), element);
				}
			});
		}
		else if (value != null) {
			throw new ConverterException("'%s' must be an object, but is '%s'.".formatted(path, value));
		}
	}

	String path() {
		return this.path;
	}

	boolean has(String name) {
		return find(name) != null;
	}

	/** Returns whether a field is a list, without marking it as read. */
	boolean hasList(String name) {
		return is(name, List.class);
	}

	/** Returns whether a field is an object, without marking it as read. */
	boolean hasObject(String name) {
		return is(name, Map.class);
	}

	private boolean is(String name, Class<?> type) {
		String key = find(name);
		return key != null && type.isInstance(this.values.get(key));
	}

	/** Returns a raw value and marks it as read. */
	@Nullable Object value(String name) {
		String key = find(name);
		if (key == null) {
			return null;
		}
		this.read.add(key);
		return this.values.get(key);
	}

	@Nullable String text(String name) {
		Object value = value(name);
		if (value instanceof Map || value instanceof List) {
			throw new ConverterException("'%s' must be text, but is '%s'.".formatted(at(name), value));
		}
		return (value != null) ? value.toString() : null;
	}

	String text(String name, String otherwise) {
		String text = text(name);
		return (text != null) ? text : otherwise;
	}

	boolean isTrue(String name) {
		return "true".equals(text(name));
	}

	long number(String name) {
		String text = text(name, "0");
		try {
			return Long.parseLong(text);
		}
		catch (NumberFormatException ex) {
			throw new ConverterException("'%s' must be an integer, but is '%s'.".formatted(at(name), text));
		}
	}

	/** Returns an object, or an empty one if it is missing. */
	Fields object(String name) {
		return this.objects.computeIfAbsent(name, (key) -> {
			Fields object = new Fields(at(name), value(name));
			this.children.add(object);
			return object;
		});
	}

	List<Fields> objects(String name) {
		List<Fields> objects = separateObjects(name);
		this.children.addAll(objects);
		return objects;
	}

	/** Returns objects that report their own unread fields. */
	List<Fields> separateObjects(String name) {
		List<Fields> objects = new ArrayList<>();
		for (Object element : list(name)) {
			objects.add(new Fields("%s[%d]".formatted(at(name), objects.size()), element));
		}
		return objects;
	}

	List<String> texts(String name) {
		return list(name).stream().map(String::valueOf).toList();
	}

	private List<?> list(String name) {
		Object value = value(name);
		if (value == null) {
			return List.of();
		}
		return (value instanceof List<?> list) ? list : List.of(value);
	}

	Map<String, Object> copy() {
		return new LinkedHashMap<>(this.values);
	}

	/** Returns the same fields at another path, none of them read. */
	Fields movedTo(String path) {
		return new Fields(path, this.values);
	}

	/** Returns the names of the fields, as the source writes them. */
	Set<String> names() {
		return this.values.keySet();
	}

	boolean isEmpty() {
		return this.values.isEmpty();
	}

	/** Omits all fields, for example of an object that a note names as a whole. */
	void leaveOutAll() {
		this.read.addAll(this.values.keySet());
		this.children.clear();
	}

	/** Omits fields without a note, because they do not concern the filter. */
	void leaveOut(String... names) {
		Stream.of(names).forEach(this::value);
	}

	/** Omits a field without a note if it has the value that it has by default. */
	void leaveOutDefault(String name, String value) {
		String key = find(name);
		if (key != null && value.equals(String.valueOf(this.values.get(key)))) {
			this.read.add(key);
		}
	}

	/** Passes on the path of each field that was not read. */
	void unread(Consumer<String> notes) {
		this.values.keySet().stream().filter((name) -> !this.read.contains(name)).map(this::at).forEach(notes);
		this.children.forEach((child) -> child.unread(notes));
	}

	String at(String name) {
		return this.path.isEmpty() ? name : this.path + "." + name;
	}

	private @Nullable String find(String name) {
		if (this.values.containsKey(name)) {
			return name;
		}
		return this.values.keySet().stream().filter((key) -> plain(key).equals(plain(name))).findFirst().orElse(null);
	}

	private static String plain(String name) {
		return name.replace("_", "").toLowerCase(Locale.ROOT);
	}

}
