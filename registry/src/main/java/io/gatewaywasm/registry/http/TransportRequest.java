package io.gatewaywasm.registry.http;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * An HTTP request.
 *
 * @param method the method
 * @param uri the URI
 * @param headers the headers, without credentials
 * @param authorization the credentials, or {@code null}; not sent to the target of a
 * redirect if it has another origin
 * @param body the body, or {@code null}
 * @param limit the maximum size of the response body in bytes
 * @param setting the property that raises the limit, or {@code null}
 */
public record TransportRequest(String method, URI uri, Map<String, String> headers, @Nullable String authorization,
		byte @Nullable [] body, long limit, @Nullable String setting) {

	/**
	 * Creates a GET request without credentials.
	 * @param uri the URI
	 * @param accept the accepted media types
	 * @param limit the maximum size of the response body in bytes
	 */
	public static TransportRequest get(URI uri, String accept, long limit) {
		return get(uri, Map.of("accept", accept), limit);
	}

	/**
	 * Creates a GET request without credentials.
	 * @param uri the URI
	 * @param headers the headers
	 * @param limit the maximum size of the response body in bytes
	 */
	public static TransportRequest get(URI uri, Map<String, String> headers, long limit) {
		return new TransportRequest("GET", uri, headers, null, null, limit, null);
	}

	/**
	 * Creates a POST request with a form, without credentials.
	 * @param uri the URI
	 * @param accept the accepted media types
	 * @param form the form, encoded
	 * @param limit the maximum size of the response body in bytes
	 */
	public static TransportRequest form(URI uri, String accept, String form, long limit) {
		return new TransportRequest("POST", uri,
				Map.of("accept", accept, "content-type", "application/x-www-form-urlencoded"), null,
				form.getBytes(StandardCharsets.UTF_8), limit, null);
	}

	/**
	 * Returns a copy with other credentials, or none.
	 */
	public TransportRequest authorized(@Nullable String authorization) {
		return new TransportRequest(this.method, this.uri, this.headers, authorization, this.body, this.limit,
				this.setting);
	}

	/**
	 * Returns a copy that names the property that raises the limit.
	 */
	public TransportRequest limitedBy(String setting) {
		return new TransportRequest(this.method, this.uri, this.headers, this.authorization, this.body, this.limit,
				setting);
	}

	/**
	 * Returns the request to the target of a redirect. It keeps the credentials only if
	 * the origin is the same.
	 */
	TransportRequest redirected(URI target) {
		String kept = Origin.of(this.uri).equals(Origin.of(target)) ? this.authorization : null;
		return new TransportRequest(this.method, target, this.headers, kept, this.body, this.limit, this.setting);
	}

	/**
	 * Describes the request without its credentials.
	 */
	@Override
	public String toString() {
		return "TransportRequest[" + this.method + " " + this.uri + ", limit=" + this.limit + "]";
	}

}
