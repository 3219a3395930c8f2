package io.gatewaywasm.boot.gateway.message;

import java.net.URI;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;

import io.gatewaywasm.host.abi.FramingHeaders;
import io.gatewaywasm.host.abi.HeaderPair;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;

/**
 * The pseudo-headers of a request as a filter sees and changes them. {@code host} is an
 * alias of {@code :authority}.
 */
final class PseudoHeaders {

	static final int AUTHORITY = 0;

	static final int PATH = 1;

	static final int METHOD = 2;

	static final String NO_METHOD = "missing required header: :method";

	/** In Envoy's order. */
	private static final List<String> NAMES = List.of(":authority", ":path", ":method", ":scheme");

	private static final String HOST = "host";

	/** Marks a pseudo-header that was removed. */
	@SuppressWarnings("StringOperationCanBeSimplified") // Compared by identity.
	private static final String REMOVED = new String("");

	private final ServerHttpRequest request;

	/** The pseudo-headers that the filter has set, possibly to their original values. */
	private final @Nullable String[] changed = new String[NAMES.size()];

	/** The indexes in the order in which they are shown. */
	private int[] order = { 0, 1, 2, 3 };

	PseudoHeaders(ServerHttpRequest request) {
		this.request = request;
	}

	/** Returns the index of a pseudo-header, or -1 if the name is not one of them. */
	static int index(String name) {
		if (name.startsWith(":")) {
			return NAMES.indexOf(name);
		}
		return HOST.equalsIgnoreCase(name) ? AUTHORITY : -1;
	}

	int size() {
		int size = 0;
		for (int i = 0; i < this.changed.length; i++) {
			size += isRemoved(i) ? 0 : 1;
		}
		return size;
	}

	@Nullable String get(int index) {
		if (isRemoved(index)) {
			return null;
		}
		String set = this.changed[index];
		return (set != null) ? set : original(index);
	}

	void forEach(BiConsumer<String, String> visitor) {
		for (int i : this.order) {
			String value = get(i);
			if (value != null) {
				visitor.accept(NAMES.get(i), value);
			}
		}
	}

	/**
	 * Replaces all pseudo-headers by those among the pairs, which are shown in their
	 * order. As in Envoy, the others are removed.
	 */
	void replaceAll(List<HeaderPair> pairs) {
		Set<Integer> given = new LinkedHashSet<>();
		for (int i = 0; i < this.changed.length; i++) {
			remove(i);
		}
		for (HeaderPair pair : pairs) {
			int index = index(pair.name());
			if (index >= 0) {
				set(index, pair.value());
				given.add(index);
			}
		}
		for (int i = 0; i < this.changed.length; i++) {
			given.add(i);
		}
		this.order = given.stream().mapToInt(Integer::intValue).toArray();
	}

	void add(int index, String value) {
		String before = get(index);
		set(index, (before != null) ? before + "," + value : value);
	}

	void set(int index, String value) {
		this.changed[index] = value;
	}

	void remove(int index) {
		this.changed[index] = REMOVED;
	}

	/**
	 * Returns whether the guest has set or removed a pseudo-header, even if its value is
	 * still the same.
	 */
	boolean areModified() {
		for (String set : this.changed) {
			if (set != null) {
				return true;
			}
		}
		return false;
	}

	@SuppressWarnings({ "ReferenceEquality", "StringEquality" })
	boolean isRemoved(int index) {
		return this.changed[index] == REMOVED;
	}

	/**
	 * Returns the error for an invalid pseudo-header that the guest changed, or {@code
	 * null}. Values from the client are not checked.
	 */
	@Nullable String invalid() {
		String path = changed(PATH);
		if (path != null && !path.startsWith("/")) {
			return invalid(PATH);
		}
		String method = changed(METHOD);
		if (method != null && !RequestChange.isMethod(method)) {
			return invalid(METHOD);
		}
		String authority = changed(AUTHORITY);
		return (authority != null && !FramingHeaders.isAuthority(authority)) ? invalid(AUTHORITY) : null;
	}

	private static String invalid(int index) {
		return "invalid header value for: " + NAMES.get(index);
	}

	/**
	 * Returns the new value, or {@code null} if it was not changed or was removed. A path
	 * is a raw path and query.
	 */
	@Nullable String changed(int index) {
		String set = this.changed[index];
		return (set == null || isRemoved(index) || set.equals(original(index))) ? null : set;
	}

	private String original(int index) {
		URI uri = this.request.getURI();
		return switch (index) {
			case METHOD -> this.request.getMethod().name();
			case PATH -> path(uri);
			case AUTHORITY -> authority(uri, this.request.getHeaders());
			default -> Objects.requireNonNullElse(uri.getScheme(), "http");
		};
	}

	private static String path(URI uri) {
		String path = Objects.requireNonNullElse(uri.getRawPath(), "");
		String query = uri.getRawQuery();
		return (path.isEmpty() ? "/" : path) + ((query != null) ? "?" + query : "");
	}

	private static String authority(URI uri, HttpHeaders headers) {
		String host = PortableHeaders.first(headers, HOST);
		return (host != null) ? host : Objects.requireNonNullElse(uri.getRawAuthority(), "");
	}

}
