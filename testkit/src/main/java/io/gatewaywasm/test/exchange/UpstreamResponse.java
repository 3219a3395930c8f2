package io.gatewaywasm.test.exchange;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.gatewaywasm.host.abi.HeaderPair;

/**
 * The response of the upstream to the request. Immutable.
 */
public final class UpstreamResponse {

	private final List<HeaderPair> headers;

	private final List<byte[]> chunks;

	private final List<HeaderPair> trailers;

	private UpstreamResponse(List<HeaderPair> headers, List<byte[]> chunks, List<HeaderPair> trailers) {
		this.headers = List.copyOf(headers);
		this.chunks = List.copyOf(chunks);
		this.trailers = List.copyOf(trailers);
	}

	/**
	 * Returns a response without body.
	 * @param status the status
	 * @return the response
	 */
	public static UpstreamResponse status(int status) {
		return new UpstreamResponse(List.of(new HeaderPair(":status", Integer.toString(status))), List.of(), List.of());
	}

	/**
	 * Returns a copy with an additional header.
	 * @param name the name
	 * @param value the value
	 * @return a copy
	 */
	public UpstreamResponse header(String name, String value) {
		return new UpstreamResponse(plus(this.headers, name, value), this.chunks, this.trailers);
	}

	/**
	 * Returns a copy with a body whose length is declared.
	 * @param text the body, encoded as UTF-8
	 * @return a copy
	 */
	public UpstreamResponse body(String text) {
		return body(text.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Returns a copy with a body whose length is declared.
	 * @param bytes the body
	 * @return a copy
	 */
	public UpstreamResponse body(byte[] bytes) {
		return new UpstreamResponse(plus(this.headers, "content-length", Integer.toString(bytes.length)),
				List.of(bytes), this.trailers);
	}

	/**
	 * Returns a copy with a body that arrives in chunks.
	 * @param texts the chunks, encoded as UTF-8
	 * @return a copy
	 */
	public UpstreamResponse chunks(String... texts) {
		return new UpstreamResponse(plus(this.headers, "transfer-encoding", "chunked"),
				Stream.of(texts).map((text) -> text.getBytes(StandardCharsets.UTF_8)).toList(), this.trailers);
	}

	/**
	 * Returns a copy with an additional trailer.
	 * @param name the name
	 * @param value the value
	 * @return a copy
	 */
	public UpstreamResponse trailer(String name, String value) {
		return new UpstreamResponse(this.headers, this.chunks, plus(this.trailers, name, value));
	}

	private static List<HeaderPair> plus(List<HeaderPair> pairs, String name, String value) {
		List<HeaderPair> more = new ArrayList<>(pairs);
		more.add(new HeaderPair(name, value));
		return more;
	}

	List<HeaderPair> headers() {
		return this.headers;
	}

	List<byte[]> chunks() {
		return this.chunks;
	}

	List<HeaderPair> trailers() {
		return this.trailers;
	}

}
