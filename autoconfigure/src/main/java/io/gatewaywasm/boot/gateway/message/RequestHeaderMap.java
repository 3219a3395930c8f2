package io.gatewaywasm.boot.gateway.message;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;

import io.gatewaywasm.host.abi.FramingHeaders;
import io.gatewaywasm.host.abi.HeaderList;
import io.gatewaywasm.host.abi.HeaderMap;
import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.spi.LocalReply;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;

/**
 * The headers of a request as a filter sees them. Reads go to the request until the first
 * change, which creates a list of its own. {@code host} is an alias of {@code
 * :authority}. Framing headers that a guest sets are kept separately and are visible to
 * guests only. {@link HopByHop} decides which headers of the client's connection the
 * guest sees.
 * <p>
 * A change is accepted even if it makes the request invalid, because SDKs panic at any
 * status other than OK. The invalid request is then answered with an error instead of
 * being sent.
 */
public final class RequestHeaderMap implements HeaderMap {

	private static final String AUTHORITY = ":authority";

	private static final String PATH = ":path";

	private static final String METHOD = ":method";

	private static final String SCHEME = ":scheme";

	private static final String HOST = "host";

	private static final String INVALID_VALUE = "invalid header value for: ";

	/** In Envoy's order. */
	private static final List<String> PSEUDO = List.of(AUTHORITY, PATH, METHOD, SCHEME);

	/** Marks a pseudo-header that was removed. */
	@SuppressWarnings("StringOperationCanBeSimplified") // Compared by identity.
	private static final String REMOVED = new String("");

	private final ServerHttpRequest request;

	private final ShownFraming framing;

	private final boolean upgrade;

	/** The pseudo-headers that the filter has set, possibly to their original values. */
	private final @Nullable String[] newPseudo = new String[PSEUDO.size()];

	private @Nullable HeaderList changed;

	private @Nullable String refusal;

	/**
	 * Creates a map. {@code framing} has the framing headers that guests have set; {@code
	 * upgrade} tells whether the gateway upgrades the request.
	 */
	public RequestHeaderMap(ServerHttpRequest request, ShownFraming framing, boolean upgrade) {
		this.request = request;
		this.framing = framing;
		this.upgrade = upgrade;
	}

	@Override
	public int size() {
		io.netty.handler.codec.http.HttpHeaders received = this.framing.isChanged() ? null : received();
		if (received != null) {
			return pseudoSize() + JoinedHeaders.OF_REQUESTS.count((names) -> forEachOf(received, (name, value) -> {
				if (!HOST.equalsIgnoreCase(name) && HopByHop.visible(name, value, this.upgrade) != null) {
					names.accept(name);
				}
			}));
		}
		int[] size = { 0 };
		forEach((name, value) -> size[0]++);
		return size[0];
	}

	private int pseudoSize() {
		int size = 0;
		for (int i = 0; i < this.newPseudo.length; i++) {
			size += isRemoved(i) ? 0 : 1;
		}
		return size;
	}

	@Override
	public @Nullable String get(String name) {
		int index = pseudoIndex(name);
		if (index >= 0) {
			return pseudo(index);
		}
		if (this.framing.shows(name)) {
			return this.framing.get(name);
		}
		String value = JoinedHeaders.OF_REQUESTS.contains(name) ? joined(name) : first(name);
		return (value != null) ? HopByHop.visible(name, value, this.upgrade) : null;
	}

	private @Nullable String first(String name) {
		return (this.changed != null) ? this.changed.get(name) : PortableHeaders.first(this.request.getHeaders(), name);
	}

	private @Nullable String joined(String name) {
		io.netty.handler.codec.http.HttpHeaders received = received();
		List<String> values;
		if (received != null) {
			values = received.getAll(name);
		}
		else {
			values = new ArrayList<>(2);
			forEachSent((other, value) -> {
				if (other.equalsIgnoreCase(name)) {
					values.add(value);
				}
			});
		}
		return values.isEmpty() ? null : JoinedHeaders.join(values);
	}

	/** Returns the headers as Netty received them, or {@code null} after a change. */
	private io.netty.handler.codec.http.@Nullable HttpHeaders received() {
		return (this.changed == null) ? NettyHeaders.of(this.request) : null;
	}

	@Override
	public void forEach(BiConsumer<String, String> visitor) {
		for (int i = 0; i < PSEUDO.size(); i++) {
			String value = pseudo(i);
			if (value != null) {
				visitor.accept(PSEUDO.get(i), value);
			}
		}
		JoinedHeaders.OF_REQUESTS.forEach(this::forEachRegular, visitor);
		this.framing.forEach(visitor);
	}

	private void forEachRegular(BiConsumer<String, String> visitor) {
		forEachOwn((name, value) -> {
			if (!HOST.equalsIgnoreCase(name) && !this.framing.shows(name)) {
				visitor.accept(name, value);
			}
		});
	}

	/**
	 * Visits the message's own headers, including received framing headers, without those
	 * that are hidden from guests.
	 */
	private void forEachOwn(BiConsumer<String, String> visitor) {
		forEachSent((name, value) -> {
			String visible = HopByHop.visible(name, value, this.upgrade);
			if (visible != null) {
				visitor.accept(name, visible);
			}
		});
	}

	private void forEachSent(BiConsumer<String, String> visitor) {
		io.netty.handler.codec.http.HttpHeaders received = received();
		if (this.changed != null) {
			this.changed.forEach(visitor);
		}
		else if (received != null) {
			forEachOf(received, visitor);
		}
		else {
			PortableHeaders.forEach(this.request.getHeaders(), visitor);
		}
	}

	/**
	 * Visits the headers without the entry objects that Netty creates for string entries.
	 */
	private static void forEachOf(io.netty.handler.codec.http.HttpHeaders headers, BiConsumer<String, String> visitor) {
		Iterator<Map.Entry<CharSequence, CharSequence>> all = headers.iteratorCharSequence();
		while (all.hasNext()) {
			Map.Entry<CharSequence, CharSequence> header = all.next();
			visitor.accept(header.getKey().toString(), header.getValue().toString());
		}
	}

	@Override
	public void add(String name, String value) {
		int index = pseudoIndex(name);
		if (index >= 0) {
			String before = pseudo(index);
			setPseudo(index, (before != null) ? before + "," + value : value);
		}
		else if (FramingHeaders.owns(name)) {
			this.framing.open(this::forEachOwn).add(name, value);
		}
		else if (!name.startsWith(":")) {
			writable().add(name, value);
		}
	}

	@Override
	public void set(String name, String value) {
		int index = pseudoIndex(name);
		if (index >= 0) {
			setPseudo(index, value);
		}
		else if (FramingHeaders.owns(name)) {
			this.framing.open(this::forEachOwn).set(name, value);
		}
		else if (!name.startsWith(":")) {
			HeaderList headers = writable();
			headers.remove(name);
			headers.add(name, value);
		}
	}

	@Override
	public void remove(String name) {
		int index = pseudoIndex(name);
		if (index >= 0) {
			this.newPseudo[index] = REMOVED;
		}
		else if (get(name) != null) {
			if (FramingHeaders.owns(name)) {
				this.framing.open(this::forEachOwn).remove(name);
			}
			else {
				writable().remove(name);
			}
		}
	}

	@Override
	public void replaceAll(List<HeaderPair> pairs) {
		HeaderList headers = writable();
		this.framing.replaceAll(pairs);
		headers.replaceAll(headers.toList().stream().filter((pair) -> isKept(pair.name())).toList());
		pairs.forEach((pair) -> {
			if (pseudoIndex(pair.name()) >= 0) {
				set(pair.name(), pair.value());
			}
			else if (!FramingHeaders.owns(pair.name())) {
				add(pair.name(), pair.value());
			}
		});
	}

	private static boolean isKept(String name) {
		return HOST.equalsIgnoreCase(name) || FramingHeaders.owns(name);
	}

	@Override
	public void refuse(String reason) {
		if (this.refusal == null) {
			this.refusal = reason;
		}
	}

	private void setPseudo(int index, String value) {
		this.newPseudo[index] = value;
	}

	private static int pseudoIndex(String name) {
		if (name.startsWith(":")) {
			return PSEUDO.indexOf(name);
		}
		return HOST.equalsIgnoreCase(name) ? PSEUDO.indexOf(AUTHORITY) : -1;
	}

	private @Nullable String pseudo(int index) {
		if (isRemoved(index)) {
			return null;
		}
		String set = this.newPseudo[index];
		return (set != null) ? set : original(index);
	}

	@SuppressWarnings({ "ReferenceEquality", "StringEquality" })
	private boolean isRemoved(int index) {
		return this.newPseudo[index] == REMOVED;
	}

	private String original(int index) {
		URI uri = this.request.getURI();
		return switch (PSEUDO.get(index)) {
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

	/** Returns the framing headers as the guest left them. */
	public ShownFraming framing() {
		return this.framing;
	}

	private HeaderList writable() {
		HeaderList headers = this.changed;
		if (headers == null) {
			HeaderList copy = new HeaderList();
			forEachSent(copy::add);
			this.changed = copy;
			headers = copy;
		}
		return headers;
	}

	/** Returns whether regular headers were changed. */
	boolean isChanged() {
		return this.changed != null;
	}

	/**
	 * Returns whether the guest has set, added or removed any header, even if its value
	 * is still the same.
	 */
	public boolean isModified() {
		if (this.changed != null) {
			return true;
		}
		for (String set : this.newPseudo) {
			if (set != null) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Returns a copy of the regular headers. Names that differ only in case are merged.
	 */
	HttpHeaders toHttpHeaders() {
		HttpHeaders headers = new HttpHeaders();
		forEachSent((name, value) -> PortableHeaders.add(headers, name, value));
		return headers;
	}

	/**
	 * Returns the local response to a request that cannot be sent as the filter left it,
	 * or {@code null} if it can be sent. As in Envoy, a request without a path has no
	 * route (404), and an invalid request is not sent (503).
	 */
	public @Nullable LocalReply error() {
		if (isRemoved(PSEUDO.indexOf(PATH))) {
			return LocalReply.of(404, "route_not_found");
		}
		if (isRemoved(PSEUDO.indexOf(METHOD))) {
			return error("missing required header: " + METHOD);
		}
		String invalid = (this.refusal != null) ? this.refusal : invalidPseudo();
		return (invalid != null) ? error(invalid) : null;
	}

	/**
	 * Returns the error for an invalid pseudo-header that the guest changed. Values from
	 * the client are not checked.
	 */
	private @Nullable String invalidPseudo() {
		String path = newPath();
		if (path != null && !path.startsWith("/")) {
			return INVALID_VALUE + PATH;
		}
		String method = newMethod();
		if (method != null && !RequestChange.isMethod(method)) {
			return INVALID_VALUE + METHOD;
		}
		String authority = newAuthority();
		return (authority != null && !FramingHeaders.isAuthority(authority)) ? INVALID_VALUE + AUTHORITY : null;
	}

	private static LocalReply error(String text) {
		return new LocalReply(503, "invalid_request_headers", text.getBytes(StandardCharsets.ISO_8859_1), List.of(),
				-1);
	}

	/** Returns the new method, or {@code null} if it was not changed. */
	@Nullable String newMethod() {
		return newPseudo(METHOD);
	}

	/** Returns the new raw path and query, or {@code null} if they were not changed. */
	@Nullable String newPath() {
		return newPseudo(PATH);
	}

	/** Returns the new authority, or {@code null} if it was not changed. */
	@Nullable String newAuthority() {
		return newPseudo(AUTHORITY);
	}

	/**
	 * Returns whether the authority was removed. The upstream then receives its own
	 * authority.
	 */
	boolean isAuthorityRemoved() {
		return isRemoved(PSEUDO.indexOf(AUTHORITY));
	}

	private @Nullable String newPseudo(String name) {
		int index = PSEUDO.indexOf(name);
		String set = this.newPseudo[index];
		return (set == null || isRemoved(index) || set.equals(original(index))) ? null : set;
	}

}
