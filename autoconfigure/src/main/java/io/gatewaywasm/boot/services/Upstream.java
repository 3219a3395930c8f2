package io.gatewaywasm.boot.services;

import java.net.URI;

/**
 * Where HTTP and gRPC calls of guests can go.
 *
 * @param uri scheme, host and port, or {@code lb://service}
 * @param maxResponseSize how many bytes of a response's body, or of a gRPC message, are
 * accepted
 */
public record Upstream(URI uri, int maxResponseSize) {

	/** How many bytes of a response's body are accepted if nobody says otherwise. */
	public static final int DEFAULT_MAX_RESPONSE_SIZE = 1024 * 1024;

	/**
	 * Return whether a load balancer chooses the address.
	 * @return whether the scheme is {@code lb}
	 */
	boolean isLoadBalanced() {
		return "lb".equals(this.uri.getScheme());
	}

}
