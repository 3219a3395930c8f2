package io.gatewaywasm.boot.gateway.message;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;

/**
 * Operations on {@link HttpHeaders} that use only methods with the same signature in
 * Spring Framework 6.2 and 7. Other methods cause linkage errors on the version that the
 * library was not compiled for, and Reactor swallows these errors.
 */
public final class PortableHeaders {

	private PortableHeaders() {
	}

	public static @Nullable String first(HttpHeaders headers, String name) {
		return headers.getFirst(name);
	}

	public static boolean contains(HttpHeaders headers, String name) {
		return headers.getFirst(name) != null;
	}

	/** Returns all values of a header. */
	public static List<String> values(HttpHeaders headers, String name) {
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

	/** Visits all pairs, a repeated name once per value. */
	static void forEach(HttpHeaders headers, BiConsumer<String, String> visitor) {
		headers.headerSet()
			.forEach((entry) -> entry.getValue().forEach((value) -> visitor.accept(entry.getKey(), value)));
	}

	/**
	 * Returns a mutable copy. Unlike Spring's copies, it does not duplicate headers whose
	 * names differ only in case.
	 */
	public static HttpHeaders copy(HttpHeaders headers) {
		HttpHeaders copy = new HttpHeaders();
		forEach(headers, copy::add);
		return copy;
	}

	/**
	 * Returns a mutable copy of a request's headers. Reads Netty's headers if they are
	 * the same, because Spring's view of them is slow to list.
	 */
	public static HttpHeaders copy(ServerHttpRequest request) {
		return new RegularHeaders(request).toHttpHeaders();
	}

	public static void add(HttpHeaders headers, String name, String value) {
		headers.add(name, value);
	}

	public static void set(HttpHeaders headers, String name, String value) {
		headers.set(name, value);
	}

	/**
	 * Removes many headers at once. Removing them one by one takes a time that grows with
	 * the square of their number. {@code names} are compared regardless of case.
	 */
	public static void removeAll(HttpHeaders headers, Collection<String> names) {
		Set<String> removed = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
		removed.addAll(names);
		headers.headerSet().removeIf((entry) -> removed.contains(entry.getKey()));
	}

	public static void remove(HttpHeaders headers, String name) {
		if (contains(headers, name)) {
			headers.headerSet().removeIf((entry) -> entry.getKey().equalsIgnoreCase(name));
		}
	}

}
