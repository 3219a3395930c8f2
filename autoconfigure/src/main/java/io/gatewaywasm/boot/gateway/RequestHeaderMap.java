package io.gatewaywasm.boot.gateway;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;

import io.gatewaywasm.host.abi.HeaderMap;
import io.gatewaywasm.host.abi.HeaderPair;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;

/**
 * The headers of a request as a filter sees them. Reads go to the request itself until
 * the first change, which copies; the request is rebuilt from the copy when the filter
 * lets it go. {@code host} is the same as {@code :authority}.
 */
final class RequestHeaderMap implements HeaderMap {

	private static final String METHOD = ":method";

	private static final String PATH = ":path";

	private static final String AUTHORITY = ":authority";

	private static final String SCHEME = ":scheme";

	private static final String HOST = "host";

	private static final List<String> PSEUDO = List.of(METHOD, PATH, AUTHORITY, SCHEME);

	private final HttpHeaders headers;

	private final String[] pseudo;

	private final String[] original;

	private @Nullable List<HeaderPair> changed;

	RequestHeaderMap(ServerHttpRequest request) {
		this.headers = request.getHeaders();
		this.original = new String[] { request.getMethod().name(), path(request.getURI()),
				authority(request.getURI(), this.headers),
				Objects.requireNonNullElse(request.getURI().getScheme(), "http") };
		this.pseudo = this.original.clone();
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

	@Override
	public int size() {
		int[] size = { 0 };
		forEach((name, value) -> size[0]++);
		return size[0];
	}

	@Override
	public @Nullable String get(String name) {
		int index = pseudoIndex(name);
		if (index >= 0) {
			return this.pseudo[index];
		}
		List<HeaderPair> changed = this.changed;
		if (changed == null) {
			return PortableHeaders.first(this.headers, name);
		}
		for (HeaderPair pair : changed) {
			if (pair.name().equalsIgnoreCase(name)) {
				return pair.value();
			}
		}
		return null;
	}

	@Override
	public void forEach(BiConsumer<String, String> visitor) {
		for (int i = 0; i < this.pseudo.length; i++) {
			visitor.accept(PSEUDO.get(i), this.pseudo[i]);
		}
		forEachRegular(visitor);
	}

	/**
	 * Visit the pairs that are no pseudo-headers, without {@code host}.
	 * @param visitor called with name and value
	 */
	void forEachRegular(BiConsumer<String, String> visitor) {
		List<HeaderPair> changed = this.changed;
		if (changed != null) {
			changed.forEach((pair) -> visitor.accept(pair.name(), pair.value()));
			return;
		}
		PortableHeaders.forEach(this.headers, (name, value) -> {
			if (!HOST.equalsIgnoreCase(name)) {
				visitor.accept(name, value);
			}
		});
	}

	@Override
	public void add(String name, String value) {
		if (!setPseudo(name, value)) {
			changed().add(new HeaderPair(name, value));
		}
	}

	@Override
	public void set(String name, String value) {
		if (setPseudo(name, value)) {
			return;
		}
		List<HeaderPair> pairs = changed();
		int position = -1;
		for (int i = pairs.size() - 1; i >= 0; i--) {
			if (pairs.get(i).name().equalsIgnoreCase(name)) {
				pairs.remove(i);
				position = i;
			}
		}
		pairs.add((position >= 0) ? position : pairs.size(), new HeaderPair(name, value));
	}

	@Override
	public void remove(String name) {
		if (pseudoIndex(name) < 0 && get(name) != null) {
			changed().removeIf((pair) -> pair.name().equalsIgnoreCase(name));
		}
	}

	@Override
	public void replaceAll(List<HeaderPair> pairs) {
		List<HeaderPair> replacement = new ArrayList<>(pairs.size());
		for (HeaderPair pair : pairs) {
			if (!setPseudo(pair.name(), pair.value())) {
				replacement.add(pair);
			}
		}
		this.changed = replacement;
	}

	private boolean setPseudo(String name, String value) {
		int index = pseudoIndex(name);
		if (index >= 0) {
			this.pseudo[index] = value;
			return true;
		}
		// A pseudo-header that requests do not have is not kept.
		return name.startsWith(":");
	}

	private List<HeaderPair> changed() {
		List<HeaderPair> changed = this.changed;
		if (changed == null) {
			List<HeaderPair> copy = new ArrayList<>();
			forEachRegular((name, value) -> copy.add(new HeaderPair(name, value)));
			changed = copy;
			this.changed = changed;
		}
		return changed;
	}

	private static int pseudoIndex(String name) {
		if (name.startsWith(":")) {
			return PSEUDO.indexOf(name);
		}
		return HOST.equalsIgnoreCase(name) ? PSEUDO.indexOf(AUTHORITY) : -1;
	}

	/**
	 * Return whether regular headers were changed.
	 * @return whether there is something to rebuild
	 */
	boolean isChanged() {
		return this.changed != null;
	}

	/**
	 * Return the new method.
	 * @return the method, or {@code null} if it was not changed
	 */
	@Nullable String newMethod() {
		return changedPseudo(METHOD);
	}

	/**
	 * Return the new path and query.
	 * @return the raw path and query, or {@code null} if they were not changed
	 */
	@Nullable String newPath() {
		return changedPseudo(PATH);
	}

	/**
	 * Return the new authority.
	 * @return the authority, or {@code null} if it was not changed
	 */
	@Nullable String newAuthority() {
		return changedPseudo(AUTHORITY);
	}

	private @Nullable String changedPseudo(String name) {
		int index = PSEUDO.indexOf(name);
		return this.pseudo[index].equals(this.original[index]) ? null : this.pseudo[index];
	}

}
