package io.gatewaywasm.registry.http;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/**
 * An HTTP response.
 */
public final class TransportResponse {

	private final URI uri;

	private final int status;

	private final Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

	private final byte[] body;

	TransportResponse(URI uri, int status, Map<String, List<String>> headers, byte[] body) {
		this.uri = uri;
		this.status = status;
		this.headers.putAll(headers);
		this.body = body;
	}

	/**
	 * Returns the URI of the response, which is the target of the last redirect.
	 */
	public URI uri() {
		return this.uri;
	}

	/**
	 * Returns the status code.
	 */
	public int status() {
		return this.status;
	}

	/**
	 * Returns the first value of a header, or {@code null} if it is absent.
	 */
	public @Nullable String header(String name) {
		List<String> values = headers(name);
		return values.isEmpty() ? null : values.get(0);
	}

	/**
	 * Returns all values of a header.
	 */
	public List<String> headers(String name) {
		return this.headers.getOrDefault(name, List.of());
	}

	/**
	 * Returns the body. {@link GuardedHttpClient} returns an empty body unless the status
	 * is 200.
	 */
	public byte[] body() {
		return this.body;
	}

}
