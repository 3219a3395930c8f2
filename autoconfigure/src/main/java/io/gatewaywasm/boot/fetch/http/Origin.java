package io.gatewaywasm.boot.fetch.http;

import java.net.URI;
import java.util.Locale;

/**
 * Whom a request is made to. Credentials belong to one origin.
 *
 * @param scheme the scheme in lower case
 * @param host the host in lower case
 * @param port the port
 */
public record Origin(String scheme, String host, int port) {

	/**
	 * Return the origin of a URI.
	 * @param uri an absolute URI with a host
	 * @return its origin
	 */
	public static Origin of(URI uri) {
		String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
		String host = String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT);
		return new Origin(scheme, host, (uri.getPort() >= 0) ? uri.getPort() : defaultPort(scheme));
	}

	private static int defaultPort(String scheme) {
		return scheme.equals("http") ? 80 : 443;
	}

	/**
	 * Return the origin as settings name it.
	 * @return the host, and the port unless it is the protocol's own
	 */
	public String authority() {
		return (this.port == defaultPort(this.scheme)) ? this.host : this.host + ":" + this.port;
	}

	/**
	 * Return whether requests are encrypted.
	 * @return whether the scheme is {@code https}
	 */
	public boolean isSecure() {
		return this.scheme.equals("https");
	}

}
