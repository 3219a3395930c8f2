package io.gatewaywasm.boot.gateway.message;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

import io.gatewaywasm.host.abi.HeaderList;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;

/**
 * The headers that a request is sent with, without pseudo-headers. Reads go to the
 * request until the first change, which creates a copy.
 */
final class RegularHeaders {

	private final ServerHttpRequest request;

	private @Nullable HeaderList changed;

	RegularHeaders(ServerHttpRequest request) {
		this.request = request;
	}

	/** Returns the headers as Netty received them, or {@code null} after a change. */
	io.netty.handler.codec.http.@Nullable HttpHeaders received() {
		return (this.changed == null) ? NettyHeaders.of(this.request) : null;
	}

	/** Returns the headers for a change. */
	HeaderList writable() {
		HeaderList headers = this.changed;
		if (headers == null) {
			HeaderList copy = new HeaderList();
			forEach(copy::add);
			this.changed = copy;
			headers = copy;
		}
		return headers;
	}

	boolean areChanged() {
		return this.changed != null;
	}

	/** Returns the value that a guest sees: the first one, or all of them joined. */
	@Nullable String get(String name) {
		if (JoinedHeaders.OF_REQUESTS.contains(name)) {
			return joined(name);
		}
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
			forEach((other, value) -> {
				if (other.equalsIgnoreCase(name)) {
					values.add(value);
				}
			});
		}
		return values.isEmpty() ? null : JoinedHeaders.join(values);
	}

	void forEach(BiConsumer<String, String> visitor) {
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
	static void forEachOf(io.netty.handler.codec.http.HttpHeaders headers, BiConsumer<String, String> visitor) {
		Iterator<Map.Entry<CharSequence, CharSequence>> all = headers.iteratorCharSequence();
		while (all.hasNext()) {
			Map.Entry<CharSequence, CharSequence> header = all.next();
			visitor.accept(header.getKey().toString(), header.getValue().toString());
		}
	}

	/** Returns a copy. Names that differ only in case are merged. */
	HttpHeaders toHttpHeaders() {
		HttpHeaders headers = new HttpHeaders();
		forEach((name, value) -> PortableHeaders.add(headers, name, value));
		return headers;
	}

}
