package io.gatewaywasm.boot.gateway.message;

import java.util.List;
import java.util.function.BiConsumer;

import io.gatewaywasm.host.abi.FramingHeaders;
import io.gatewaywasm.host.abi.HeaderMap;
import io.gatewaywasm.host.abi.HeaderPair;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;

/**
 * The headers of a response as a filter sees them. Changes take effect immediately.
 * Framing headers that a guest sets are kept separately and are visible to guests only. A
 * change is accepted even if it makes the response invalid, because SDKs panic at any
 * status other than OK. The invalid response is then replaced by an error.
 */
public final class ResponseHeaderMap implements HeaderMap {

	private static final String STATUS = ":status";

	private static final int DEFAULT_STATUS = 200;

	private final ServerHttpResponse response;

	private final ShownFraming framing;

	private final HeaderChanges changes;

	public ResponseHeaderMap(ServerHttpResponse response, ShownFraming framing, HeaderChanges changes) {
		this.response = response;
		this.framing = framing;
		this.changes = changes;
	}

	/** Returns the status of a response, or the default if none is set. */
	public static int status(ServerHttpResponse response) {
		HttpStatusCode status = response.getStatusCode();
		return (status != null) ? status.value() : DEFAULT_STATUS;
	}

	private @Nullable String status() {
		ShownFraming.InvalidStatus invalid = this.framing.invalidStatus();
		return (invalid != null) ? invalid.value() : Integer.toString(status(this.response));
	}

	/**
	 * Returns whether the filter waits with a response that another one has replaced.
	 * Changes then have no effect. While a response is being committed, its headers can
	 * still be changed, although it already counts as committed.
	 */
	private boolean isReplaced() {
		return this.changes.areEnded() || (this.response.isCommitted() && areReadOnly(headers()));
	}

	/** Compares by identity: headers that are read-only are returned unchanged. */
	@SuppressWarnings("ReferenceEquality")
	private static boolean areReadOnly(HttpHeaders headers) {
		return HttpHeaders.readOnlyHttpHeaders(headers) == headers;
	}

	private HttpHeaders headers() {
		return this.response.getHeaders();
	}

	@Override
	public int size() {
		io.netty.handler.codec.http.HttpHeaders netty = this.framing.isChanged() ? null
				: NettyHeaders.of(this.response);
		if (netty != null) {
			return 1 + JoinedHeaders.OF_RESPONSES.count((names) -> netty.iteratorCharSequence()
				.forEachRemaining((header) -> names.accept(header.getKey().toString())));
		}
		int[] size = { 0 };
		forEach((name, value) -> size[0]++);
		return size[0];
	}

	@Override
	public @Nullable String get(String name) {
		if (name.startsWith(":")) {
			return STATUS.equals(name) ? status() : null;
		}
		if (this.framing.shows(name)) {
			return this.framing.get(name);
		}
		return JoinedHeaders.OF_RESPONSES.contains(name) ? joined(name) : PortableHeaders.first(headers(), name);
	}

	private @Nullable String joined(String name) {
		List<String> values = PortableHeaders.values(headers(), name);
		return values.isEmpty() ? null : JoinedHeaders.join(values);
	}

	@Override
	public void forEach(BiConsumer<String, String> visitor) {
		String status = status();
		if (status != null) {
			visitor.accept(STATUS, status);
		}
		JoinedHeaders.OF_RESPONSES.forEach(this::forEachRegular, visitor);
		this.framing.forEach(visitor);
	}

	private void forEachRegular(BiConsumer<String, String> visitor) {
		PortableHeaders.forEach(headers(), (name, value) -> {
			if (!this.framing.shows(name)) {
				visitor.accept(name, value);
			}
		});
	}

	private void forEachOwn(BiConsumer<String, String> visitor) {
		PortableHeaders.forEach(headers(), visitor);
	}

	@Override
	public void add(String name, String value) {
		if (isReplaced()) {
			return;
		}
		if (FramingHeaders.owns(name)) {
			this.framing.open(this::forEachOwn).add(name, value);
		}
		else if (STATUS.equals(name)) {
			String before = status();
			setStatus((before != null) ? before + "," + value : value);
		}
		else if (!name.startsWith(":")) {
			this.changes.note(headers(), name);
			PortableHeaders.add(headers(), name, value);
		}
	}

	@Override
	public void set(String name, String value) {
		if (isReplaced()) {
			return;
		}
		if (FramingHeaders.owns(name)) {
			this.framing.open(this::forEachOwn).set(name, value);
		}
		else if (STATUS.equals(name)) {
			setStatus(value);
		}
		else if (!name.startsWith(":")) {
			this.changes.note(headers(), name);
			PortableHeaders.set(headers(), name, value);
		}
	}

	@Override
	public void remove(String name) {
		if (isReplaced()) {
			return;
		}
		if (FramingHeaders.owns(name)) {
			this.framing.open(this::forEachOwn).remove(name);
		}
		else if (STATUS.equals(name)) {
			this.framing.setStatus(null, false);
		}
		else if (!name.startsWith(":")) {
			this.changes.note(headers(), name);
			PortableHeaders.remove(headers(), name);
		}
	}

	@Override
	public void replaceAll(List<HeaderPair> pairs) {
		if (isReplaced()) {
			return;
		}
		this.framing.replaceAll(pairs);
		this.changes.noteAll(headers());
		headers().headerSet().removeIf((entry) -> !FramingHeaders.owns(entry.getKey()));
		remove(STATUS);
		pairs.forEach((pair) -> {
			if (STATUS.equals(pair.name())) {
				setStatus(pair.value());
			}
			else if (!FramingHeaders.owns(pair.name())) {
				add(pair.name(), pair.value());
			}
		});
	}

	/**
	 * Returns the status, or -1 if it cannot be sent because it is informational or
	 * invalid.
	 */
	private static int parse(String value) {
		try {
			int status = Integer.parseInt(value);
			return FramingHeaders.isFinalStatus(status) ? status : -1;
		}
		catch (NumberFormatException ex) {
			return -1;
		}
	}

	private void setStatus(String value) {
		int status = parse(value);
		this.framing.setStatus(value, status >= 0);
		if (status >= 0) {
			this.response.setRawStatusCode(status);
		}
	}

	@Override
	public void refuse(String reason) {
		this.framing.refuse(reason);
	}

}
