package io.gatewaywasm.registry.http;

import java.net.URI;
import java.util.Locale;

/**
 * The origin of a request. Credentials belong to one origin.
 *
 * @param scheme the scheme in lowercase
 * @param host the host in lowercase
 * @param port the port
 */
public record Origin(String scheme, String host, int port) {

	/**
	 * Returns the origin of an absolute URI with a host.
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
	 * Returns the host, with the port if it is not the default of the protocol.
	 */
	public String authority() {
		return (this.port == defaultPort(this.scheme)) ? this.host : this.host + ":" + this.port;
	}

	/**
	 * Returns whether the scheme is {@code https}.
	 */
	public boolean isSecure() {
		return this.scheme.equals("https");
	}

}
