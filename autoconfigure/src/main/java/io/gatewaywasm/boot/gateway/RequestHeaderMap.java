package io.gatewaywasm.boot.gateway;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;

import io.gatewaywasm.host.abi.FramingHeaders;
import io.gatewaywasm.host.abi.HeaderMap;
import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;

/**
 * The headers of a request as a filter sees them. Reads go to the request itself until
 * the first change, which begins the request that takes its place: from then on reads and
 * changes go to that one's headers. {@code host} is the same as {@code :authority}.
 * Framing headers that a guest sets are kept apart, and only guests see them.
 */
final class RequestHeaderMap implements HeaderMap {

	private static final String METHOD = ":method";

	private static final String PATH = ":path";

	private static final String AUTHORITY = ":authority";

	private static final String SCHEME = ":scheme";

	private static final String HOST = "host";

	private static final List<String> PSEUDO = List.of(METHOD, PATH, AUTHORITY, SCHEME);

	private final ServerHttpRequest request;

	private final ShownFraming framing;

	/** Those that the filter has set, which may be to what they were. */
	private final @Nullable String[] newPseudo = new String[PSEUDO.size()];

	private HttpHeaders headers;

	private ServerHttpRequest.@Nullable Builder changed;

	RequestHeaderMap(ServerHttpRequest request, ShownFraming framing) {
		this.request = request;
		this.framing = framing;
		this.headers = request.getHeaders();
	}

	@Override
	public int size() {
		boolean asReceived = this.changed == null && !this.framing.isChanged();
		io.netty.handler.codec.http.HttpHeaders received = asReceived ? NettyHeaders.of(this.request) : null;
		if (received != null) {
			return PSEUDO.size() + received.size() - received.getAll(HOST).size();
		}
		int[] size = { PSEUDO.size() };
		forEachRegular((name, value) -> size[0]++);
		return size[0];
	}

	@Override
	public @Nullable String get(String name) {
		int index = pseudoIndex(name);
		if (index >= 0) {
			return pseudo(index);
		}
		return this.framing.shows(name) ? this.framing.get(name) : PortableHeaders.first(this.headers, name);
	}

	@Override
	public void forEach(BiConsumer<String, String> visitor) {
		for (int i = 0; i < PSEUDO.size(); i++) {
			visitor.accept(PSEUDO.get(i), pseudo(i));
		}
		forEachRegular(visitor);
	}

	private void forEachRegular(BiConsumer<String, String> visitor) {
		PortableHeaders.forEach(this.headers, (name, value) -> {
			if (!HOST.equalsIgnoreCase(name) && !this.framing.shows(name)) {
				visitor.accept(name, value);
			}
		});
		this.framing.forEach(visitor);
	}

	@Override
	public void add(String name, String value) {
		if (FramingHeaders.owns(name)) {
			this.framing.open(this.headers).add(name, value);
		}
		else if (!setPseudo(name, value)) {
			PortableHeaders.add(writable(), name, value);
		}
	}

	@Override
	public void set(String name, String value) {
		if (FramingHeaders.owns(name)) {
			this.framing.open(this.headers).set(name, value);
		}
		else if (!setPseudo(name, value) && !replaceInPlace(name, value)) {
			PortableHeaders.set(writable(), name, value);
		}
	}

	/** To set a name in another case would move it to the end. */
	private boolean replaceInPlace(String name, String value) {
		if (!PortableHeaders.contains(this.headers, name)) {
			return false;
		}
		for (Map.Entry<String, List<String>> entry : writable().headerSet()) {
			if (entry.getKey().equalsIgnoreCase(name)) {
				entry.setValue(new ArrayList<>(List.of(value)));
				return true;
			}
		}
		return false;
	}

	@Override
	public void remove(String name) {
		if (pseudoIndex(name) >= 0 || get(name) == null) {
			return;
		}
		if (FramingHeaders.owns(name)) {
			this.framing.open(this.headers).remove(name);
		}
		else {
			PortableHeaders.remove(writable(), name);
		}
	}

	@Override
	public void replaceAll(List<HeaderPair> pairs) {
		HttpHeaders headers = writable();
		this.framing.replaceAll(pairs);
		headers.headerSet().removeIf((entry) -> !isKept(entry.getKey()));
		pairs.forEach((pair) -> {
			if (!FramingHeaders.owns(pair.name())) {
				add(pair.name(), pair.value());
			}
		});
	}

	private static boolean isKept(String name) {
		return HOST.equalsIgnoreCase(name) || FramingHeaders.owns(name);
	}

	private boolean setPseudo(String name, String value) {
		int index = pseudoIndex(name);
		if (index >= 0) {
			check(index, value);
			this.newPseudo[index] = value;
			return true;
		}
		// A pseudo-header that requests do not have is not kept.
		return name.startsWith(":");
	}

	/**
	 * An authority with spaces, controls or user information is read in different ways by
	 * different servers. A CONNECT would make a tunnel of the upstream's connection.
	 */
	private void check(int index, String value) {
		boolean valid = switch (PSEUDO.get(index)) {
			case AUTHORITY -> FramingHeaders.isAuthority(value);
			case METHOD -> !value.equalsIgnoreCase("CONNECT");
			default -> true;
		};
		if (!valid && !value.equals(pseudo(index))) {
			throw StatusException.of(Status.BAD_ARGUMENT);
		}
	}

	private static int pseudoIndex(String name) {
		if (name.startsWith(":")) {
			return PSEUDO.indexOf(name);
		}
		return HOST.equalsIgnoreCase(name) ? PSEUDO.indexOf(AUTHORITY) : -1;
	}

	private String pseudo(int index) {
		String set = this.newPseudo[index];
		return (set != null) ? set : original(index);
	}

	private String original(int index) {
		URI uri = this.request.getURI();
		return switch (PSEUDO.get(index)) {
			case METHOD -> this.request.getMethod().name();
			case PATH -> path(uri);
			case AUTHORITY -> authority(uri, this.headers);
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

	/**
	 * Return the framing headers as the guest has left them.
	 * @return these
	 */
	ShownFraming framing() {
		return this.framing;
	}

	private HttpHeaders writable() {
		builder();
		return this.headers;
	}

	/**
	 * Return the request that takes the place of this one, with the regular headers as
	 * they are now. It is begun if it has not been.
	 * @return what makes that request
	 */
	ServerHttpRequest.Builder builder() {
		ServerHttpRequest.Builder builder = this.changed;
		if (builder == null) {
			builder = this.request.mutate();
			// These are the builder's own copy, and what it is going to build from.
			builder.headers((copy) -> this.headers = copy);
			this.changed = builder;
		}
		return builder;
	}

	/**
	 * Return whether regular headers were changed.
	 * @return whether the request is another
	 */
	boolean isChanged() {
		return this.changed != null;
	}

	/**
	 * Return the new method.
	 * @return the method, or {@code null} if it was not changed
	 */
	@Nullable String newMethod() {
		return newPseudo(METHOD);
	}

	/**
	 * Return the new path and query.
	 * @return the raw path and query, or {@code null} if they were not changed
	 */
	@Nullable String newPath() {
		return newPseudo(PATH);
	}

	/**
	 * Return the new authority.
	 * @return the authority, or {@code null} if it was not changed
	 */
	@Nullable String newAuthority() {
		return newPseudo(AUTHORITY);
	}

	private @Nullable String newPseudo(String name) {
		int index = PSEUDO.indexOf(name);
		String set = this.newPseudo[index];
		return (set == null || set.equals(original(index))) ? null : set;
	}

}
