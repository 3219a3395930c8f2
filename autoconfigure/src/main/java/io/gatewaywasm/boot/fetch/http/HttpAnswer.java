package io.gatewaywasm.boot.fetch.http;

import java.net.URI;
import java.util.List;

import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * An answer.
 */
public final class HttpAnswer {

	private final URI uri;

	private final int status;

	private final HttpHeaders headers;

	private final byte[] body;

	HttpAnswer(URI uri, int status, HttpHeaders headers, byte[] body) {
		this.uri = uri;
		this.status = status;
		this.headers = headers;
		this.body = body;
	}

	/**
	 * Return where the answer came from.
	 * @return the URI that the last redirect led to
	 */
	public URI uri() {
		return this.uri;
	}

	/**
	 * Return the status.
	 * @return the status code
	 */
	public int status() {
		return this.status;
	}

	/**
	 * Return a header.
	 * @param name its name
	 * @return its first value, or {@code null} if there is none
	 */
	public @Nullable String header(String name) {
		return this.headers.get(name);
	}

	/**
	 * Return all values of a header.
	 * @param name its name
	 * @return its values
	 */
	public List<String> headers(String name) {
		return this.headers.getAll(name);
	}

	/**
	 * Return the body.
	 * @return the body of an answer with status 200, empty for others
	 */
	public byte[] body() {
		return this.body;
	}

}
