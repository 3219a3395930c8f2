package io.gatewaywasm.test.exchange;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

import io.gatewaywasm.host.abi.HeaderPair;
import org.jspecify.annotations.Nullable;

/**
 * A request to send through a filter. By default it is that of a simple client: authority
 * {@code example.org}, scheme {@code http} and no body. The upstream responds with 200
 * without a body.
 */
public final class FilterRequest {

	private final Function<FilterRequest, Exchange> sender;

	private final String method;

	private final String path;

	private String authority = "example.org";

	private String scheme = "http";

	private final List<HeaderPair> headers = new ArrayList<>();

	private final List<byte[]> chunks = new ArrayList<>();

	private final List<HeaderPair> trailers = new ArrayList<>();

	private final Map<String, Object> properties = new LinkedHashMap<>();

	private @Nullable UpstreamResponse response = UpstreamResponse.status(200);

	/**
	 * Creates a request.
	 * @param sender sends the request
	 * @param method the method
	 * @param path the path with its query
	 */
	public FilterRequest(Function<FilterRequest, Exchange> sender, String method, String path) {
		this.sender = sender;
		this.method = method;
		this.path = path;
	}

	/**
	 * Sets the authority (default {@code example.org}).
	 * @param newAuthority the authority
	 * @return this request
	 */
	public FilterRequest authority(String newAuthority) {
		this.authority = newAuthority;
		return this;
	}

	/**
	 * Sets the scheme (default {@code http}).
	 * @param newScheme the scheme
	 * @return this request
	 */
	public FilterRequest scheme(String newScheme) {
		this.scheme = newScheme;
		return this;
	}

	/**
	 * Adds a header.
	 * @param name the name
	 * @param value the value
	 * @return this request
	 */
	public FilterRequest header(String name, String value) {
		this.headers.add(new HeaderPair(name, value));
		return this;
	}

	/**
	 * Sets a body whose length is declared.
	 * @param text the body, encoded as UTF-8
	 * @return this request
	 */
	public FilterRequest body(String text) {
		return body(text.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Sets a body whose length is declared.
	 * @param bytes the body
	 * @return this request
	 */
	public FilterRequest body(byte[] bytes) {
		this.chunks.clear();
		this.chunks.add(bytes);
		return header("content-length", Integer.toString(bytes.length));
	}

	/**
	 * Sets a body that arrives in chunks.
	 * @param texts the chunks, encoded as UTF-8
	 * @return this request
	 */
	public FilterRequest chunks(String... texts) {
		this.chunks.clear();
		this.chunks.addAll(Stream.of(texts).map((text) -> text.getBytes(StandardCharsets.UTF_8)).toList());
		return header("transfer-encoding", "chunked");
	}

	/**
	 * Adds a trailer. As in a gateway, the upstream receives trailers only after a body
	 * whose length is not declared.
	 * @param name the name
	 * @param value the value
	 * @return this request
	 */
	public FilterRequest trailer(String name, String value) {
		this.trailers.add(new HeaderPair(name, value));
		return this;
	}

	/**
	 * Sets a property that the filter can read.
	 * @param propertyPath the path, its segments separated by dots, for example {@code
	 * source.address}
	 * @param value a {@code String}, {@code byte[]}, {@code Long}, {@code Double}, {@code
	 * Boolean}, {@code Duration} or {@code Instant}
	 * @return this request
	 */
	public FilterRequest property(String propertyPath, Object value) {
		this.properties.put(propertyPath, value);
		return this;
	}

	/**
	 * Sets the response of the upstream (default: 200 without a body).
	 * @param upstreamResponse the response
	 * @return this request
	 */
	public FilterRequest respond(UpstreamResponse upstreamResponse) {
		this.response = upstreamResponse;
		return this;
	}

	/**
	 * Lets the upstream respond only when {@link Exchange#respond} is called.
	 * @return this request
	 */
	public FilterRequest respondLater() {
		this.response = null;
		return this;
	}

	/**
	 * Sends the request through the filter, and then the response, up to where the filter
	 * pauses.
	 * @return the exchange
	 */
	public Exchange send() {
		return this.sender.apply(this);
	}

	SimulatedRequest simulated() {
		List<HeaderPair> all = new ArrayList<>();
		all.add(new HeaderPair(":method", this.method));
		all.add(new HeaderPair(":path", this.path));
		all.add(new HeaderPair(":authority", this.authority));
		all.add(new HeaderPair(":scheme", this.scheme));
		all.addAll(this.headers);
		return new SimulatedRequest(all, this.chunks, this.trailers, this.properties, this.response);
	}

}
