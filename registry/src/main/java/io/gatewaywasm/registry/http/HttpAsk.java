package io.gatewaywasm.registry.http;

import java.net.URI;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * An HTTP request.
 *
 * @param uri the URI
 * @param headers the headers, without credentials
 * @param authorization the credentials, or {@code null}; not sent to the target of a
 * redirect if it has another origin
 * @param form the body of a POST request, or {@code null} for a GET request
 * @param limit the maximum size of the response body in bytes
 * @param setting the property that raises the limit, or {@code null}
 */
public record HttpAsk(URI uri, Map<String, String> headers, @Nullable String authorization, @Nullable String form,
		long limit, @Nullable String setting) {

	/**
	 * Creates a GET request without credentials.
	 * @param uri the URI
	 * @param accept the accepted media types
	 * @param limit the maximum size of the response body in bytes
	 * @return the request
	 */
	public static HttpAsk get(URI uri, String accept, long limit) {
		return new HttpAsk(uri, Map.of("accept", accept), null, null, limit, null);
	}

	/**
	 * Returns a copy with other credentials, or none.
	 */
	public HttpAsk authorized(@Nullable String authorization) {
		return new HttpAsk(this.uri, this.headers, authorization, this.form, this.limit, this.setting);
	}

	/**
	 * Returns a copy that names the property that raises the limit.
	 */
	public HttpAsk limitedBy(String setting) {
		return new HttpAsk(this.uri, this.headers, this.authorization, this.form, this.limit, setting);
	}

	/**
	 * Returns the request to the target of a redirect. It keeps the credentials only if
	 * the origin is the same.
	 */
	HttpAsk redirected(URI target) {
		String kept = Origin.of(this.uri).equals(Origin.of(target)) ? this.authorization : null;
		return new HttpAsk(target, this.headers, kept, this.form, this.limit, this.setting);
	}

	/**
	 * Describes the request without its credentials.
	 */
	@Override
	public String toString() {
		return "HttpAsk[uri=" + this.uri + ", limit=" + this.limit + "]";
	}

}
