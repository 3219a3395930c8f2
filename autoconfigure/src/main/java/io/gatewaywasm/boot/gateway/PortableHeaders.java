package io.gatewaywasm.boot.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;

/**
 * What this library does with {@link HttpHeaders}, by those methods alone that have the
 * same signature in Spring Framework 6.2 and 7. The others fail with linkage errors on
 * the line that the library was not compiled for, which Reactor answers with silence.
 */
final class PortableHeaders {

	private PortableHeaders() {
	}

	static @Nullable String first(HttpHeaders headers, String name) {
		return headers.getFirst(name);
	}

	static boolean contains(HttpHeaders headers, String name) {
		return headers.getFirst(name) != null;
	}

	/**
	 * Return all values of a header.
	 * @param headers the headers
	 * @param name the name
	 * @return the values, one for each line
	 */
	static List<String> values(HttpHeaders headers, String name) {
		if (!contains(headers, name)) {
			return List.of();
		}
		List<String> values = new ArrayList<>();
		headers.headerSet().forEach((entry) -> {
			if (entry.getKey().equalsIgnoreCase(name)) {
				values.addAll(entry.getValue());
			}
		});
		return values;
	}

	/**
	 * Visit all pairs, repeated names once per value.
	 * @param headers the headers
	 * @param visitor called with name and value
	 */
	static void forEach(HttpHeaders headers, BiConsumer<String, String> visitor) {
		headers.headerSet()
			.forEach((entry) -> entry.getValue().forEach((value) -> visitor.accept(entry.getKey(), value)));
	}

	static void add(HttpHeaders headers, String name, String value) {
		headers.add(name, value);
	}

	static void set(HttpHeaders headers, String name, String value) {
		headers.set(name, value);
	}

	static void remove(HttpHeaders headers, String name) {
		if (contains(headers, name)) {
			headers.headerSet().removeIf((entry) -> entry.getKey().equalsIgnoreCase(name));
		}
	}

	static void clear(HttpHeaders headers) {
		headers.clear();
	}

}
