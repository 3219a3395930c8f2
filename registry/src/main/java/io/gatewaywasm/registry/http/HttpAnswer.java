package io.gatewaywasm.registry.http;

import java.net.URI;
import java.util.List;

import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP response.
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
		return this.headers.get(name);
	}

	/**
	 * Returns all values of a header.
	 */
	public List<String> headers(String name) {
		return this.headers.getAll(name);
	}

	/**
	 * Returns the body if the status is 200, otherwise no bytes.
	 */
	public byte[] body() {
		return this.body;
	}

}
