package io.gatewaywasm.boot.fetch.http;

import java.net.URI;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A request.
 *
 * @param uri where it goes
 * @param headers its headers but for the credentials
 * @param authorization the credentials, which do not follow a redirect to another origin,
 * or {@code null}
 * @param form the body of a POST request, or {@code null} for a GET request
 * @param limit how large the body of the answer may be in bytes
 * @param setting the property that raises the limit, or {@code null} if none does
 */
public record HttpAsk(URI uri, Map<String, String> headers, @Nullable String authorization, @Nullable String form,
		long limit, @Nullable String setting) {

	/**
	 * Create a GET request without credentials.
	 * @param uri where it goes
	 * @param accept the media types that are welcome
	 * @param limit how large the body of the answer may be in bytes
	 * @return the request
	 */
	public static HttpAsk get(URI uri, String accept, long limit) {
		return new HttpAsk(uri, Map.of("accept", accept), null, null, limit, null);
	}

	/**
	 * Return the same request with other credentials.
	 * @param authorization the credentials, or {@code null} for none
	 * @return the request
	 */
	public HttpAsk authorized(@Nullable String authorization) {
		return new HttpAsk(this.uri, this.headers, authorization, this.form, this.limit, this.setting);
	}

	/**
	 * Return the same request with a limit that the user has set.
	 * @param setting the property that raises the limit
	 * @return the request
	 */
	public HttpAsk limitedBy(String setting) {
		return new HttpAsk(this.uri, this.headers, this.authorization, this.form, this.limit, setting);
	}

	/**
	 * Return the request that a redirect asks for.
	 * @param target where it goes
	 * @return the request, with the credentials if the target is of the same origin
	 */
	HttpAsk redirected(URI target) {
		String kept = Origin.of(this.uri).equals(Origin.of(target)) ? this.authorization : null;
		return new HttpAsk(target, this.headers, kept, this.form, this.limit, this.setting);
	}

	/**
	 * Describe the request without its credentials.
	 */
	@Override
	public String toString() {
		return "HttpAsk[uri=" + this.uri + ", limit=" + this.limit + "]";
	}

}
