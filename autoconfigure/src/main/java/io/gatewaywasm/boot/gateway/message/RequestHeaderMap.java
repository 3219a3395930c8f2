package io.gatewaywasm.boot.gateway.message;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BiConsumer;

import io.gatewaywasm.host.abi.FramingHeaders;
import io.gatewaywasm.host.abi.HeaderList;
import io.gatewaywasm.host.abi.HeaderMap;
import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.spi.LocalResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.http.server.reactive.ServerHttpRequest;

/**
 * The headers of a request as a filter sees them. Framing headers that a guest sets are
 * kept separately and are visible to guests only. {@link HopByHop} decides which headers
 * of the client's connection the guest sees.
 * <p>
 * A change is accepted even if it makes the request invalid, because SDKs panic at any
 * status other than OK. The invalid request is then answered with an error instead of
 * being sent.
 */
public final class RequestHeaderMap implements HeaderMap {

	private static final String HOST = "host";

	private final ShownFraming framing;

	private final MessageFacts facts;

	private final PseudoHeaders pseudo;

	private final RegularHeaders regular;

	private @Nullable String refusal;

	/**
	 * Creates a map. {@code framing} has the framing headers that guests have set; {@code
	 * facts} are those of the request as it was received.
	 */
	public RequestHeaderMap(ServerHttpRequest request, ShownFraming framing, MessageFacts facts) {
		this.framing = framing;
		this.facts = facts;
		this.pseudo = new PseudoHeaders(request);
		this.regular = new RegularHeaders(request);
	}

	@Override
	public int size() {
		io.netty.handler.codec.http.HttpHeaders received = this.framing.isChanged() ? null : this.regular.received();
		if (received != null) {
			return this.pseudo.size()
					+ JoinedHeaders.OF_REQUESTS.count((names) -> RegularHeaders.forEachOf(received, (name, value) -> {
						if (!HOST.equalsIgnoreCase(name) && visible(name, value) != null) {
							names.accept(name);
						}
					}));
		}
		int[] size = { 0 };
		forEach((name, value) -> size[0]++);
		return size[0];
	}

	@Override
	public @Nullable String get(String name) {
		int index = PseudoHeaders.index(name);
		if (index >= 0) {
			return this.pseudo.get(index);
		}
		if (this.framing.shows(name)) {
			return this.framing.get(name);
		}
		if (isNameOfHttp2(name)) {
			return ofHttp2(name);
		}
		String value = this.regular.get(name);
		return (value != null) ? visible(name, value) : null;
	}

	private boolean isNameOfHttp2(String name) {
		return this.facts.protocol() == MessageFacts.Protocol.HTTP_2 && HopByHop.isNameOfHttp2(name);
	}

	/** Returns the first visible value: the hidden one of Netty precedes the client's. */
	private @Nullable String ofHttp2(String name) {
		String[] first = { null };
		this.regular.forEach((other, value) -> {
			if (first[0] == null && other.equalsIgnoreCase(name)) {
				first[0] = visible(name, value);
			}
		});
		return first[0];
	}

	@Override
	public void forEach(BiConsumer<String, String> visitor) {
		this.pseudo.forEach(visitor);
		// Joined first: of repeated values of te, only one is visible
		JoinedHeaders.OF_REQUESTS.forEach(this.regular::forEach, (name, value) -> {
			String visible = visible(name, value);
			if (visible != null && !HOST.equalsIgnoreCase(name) && !this.framing.shows(name)) {
				visitor.accept(name, visible);
			}
		});
		this.framing.forEach(visitor);
	}

	private @Nullable String visible(String name, String value) {
		boolean nettys = this.facts.protocol() == MessageFacts.Protocol.HTTP_2 && HopByHop.isOfHttp2(name, value);
		return nettys ? null : HopByHop.visible(name, value, this.facts.isHandshake());
	}

	/**
	 * Visits the message's own headers, including received framing headers, without those
	 * that are hidden from guests.
	 */
	private void forEachOwn(BiConsumer<String, String> visitor) {
		this.regular.forEach((name, value) -> {
			String visible = visible(name, value);
			if (visible != null) {
				visitor.accept(name, visible);
			}
		});
	}

	@Override
	public void add(String name, String value) {
		int index = PseudoHeaders.index(name);
		if (index >= 0) {
			this.pseudo.add(index, value);
		}
		else if (FramingHeaders.owns(name)) {
			this.framing.open(this::forEachOwn).add(name, value);
		}
		else if (!name.startsWith(":")) {
			this.regular.writable().add(name, value);
		}
	}

	@Override
	public void set(String name, String value) {
		int index = PseudoHeaders.index(name);
		if (index >= 0) {
			this.pseudo.set(index, value);
		}
		else if (FramingHeaders.owns(name)) {
			this.framing.open(this::forEachOwn).set(name, value);
		}
		else if (!name.startsWith(":")) {
			HeaderList headers = this.regular.writable();
			headers.remove(name);
			headers.add(name, value);
		}
	}

	@Override
	public void remove(String name) {
		int index = PseudoHeaders.index(name);
		if (index >= 0) {
			this.pseudo.remove(index);
		}
		else if (get(name) != null || (isNameOfHttp2(name) && this.regular.get(name) != null)) {
			if (FramingHeaders.owns(name)) {
				this.framing.open(this::forEachOwn).remove(name);
			}
			else {
				this.regular.writable().remove(name);
			}
		}
	}

	@Override
	public void replaceAll(List<HeaderPair> pairs) {
		HeaderList headers = this.regular.writable();
		this.framing.replaceAll(pairs);
		headers.replaceAll(headers.toList().stream().filter((pair) -> isKept(pair.name())).toList());
		this.pseudo.replaceAll(pairs);
		pairs.forEach((pair) -> {
			if (PseudoHeaders.index(pair.name()) < 0 && !FramingHeaders.owns(pair.name())) {
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

	/** Returns the framing headers as the guest left them. */
	public ShownFraming framing() {
		return this.framing;
	}

	/**
	 * Returns whether the guest has set, added or removed any header, even if its value
	 * is still the same.
	 */
	public boolean isModified() {
		return this.regular.areChanged() || this.pseudo.areModified();
	}

	/**
	 * Returns the local response to a request that cannot be sent as the filter left it,
	 * or {@code null} if it can be sent. As in Envoy, a request without a path has no
	 * route (404), and an invalid request is not sent (503). A WebSocket whose handshake
	 * the filter has changed to another request is refused.
	 */
	public @Nullable LocalResponse error() {
		if (this.pseudo.isRemoved(PseudoHeaders.PATH)) {
			return LocalResponse.of(404, "route_not_found");
		}
		if (this.facts.isHandshake() && this.framing.preventsUpgrade()) {
			return LocalResponse.of(403, "websocket_refused");
		}
		String invalid = this.pseudo.isRemoved(PseudoHeaders.METHOD) ? PseudoHeaders.NO_METHOD
				: (this.refusal != null) ? this.refusal : this.pseudo.invalid();
		return (invalid != null)
				? LocalResponse.of(503, "invalid_request_headers", invalid.getBytes(StandardCharsets.ISO_8859_1))
				: null;
	}

	/** Returns the pseudo-headers as the guest left them. */
	PseudoHeaders pseudo() {
		return this.pseudo;
	}

	/** Returns the other headers as the guest left them. */
	RegularHeaders regular() {
		return this.regular;
	}

}
