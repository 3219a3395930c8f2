package io.gatewaywasm.boot.services;

import java.net.URI;

import io.gatewaywasm.host.spi.RouteUpstream;

/**
 * An upstream for HTTP and gRPC callouts.
 *
 * @param uri scheme, host and port, or {@code lb://service}, or {@code
 * lb:https://service} to set the scheme of the instances
 * @param maxResponseSize the maximum size of a response body or gRPC message in bytes
 * @param guarded whether calls to link-local addresses and to cloud metadata services are
 * refused, because the operator has not named the host
 * @param protocol the version of HTTP for HTTP callouts
 */
public record Upstream(URI uri, int maxResponseSize, boolean guarded, UpstreamProtocol protocol) {

	/** The default maximum size of a response body or gRPC message in megabytes. */
	public static final int RESPONSE_MB = 1;

	/** The default maximum size of a response body or gRPC message in bytes. */
	static final int RESPONSE_SIZE = RESPONSE_MB << 20;

	/**
	 * Creates an upstream that the operator has allowed.
	 * @param uri scheme, host and port
	 * @param maxResponseSize the maximum size of a response body or gRPC message in bytes
	 */
	public Upstream(URI uri, int maxResponseSize) {
		this(uri, maxResponseSize, UpstreamProtocol.HTTP1);
	}

	/**
	 * Creates an upstream that the operator has allowed.
	 * @param uri scheme, host and port
	 * @param maxResponseSize the maximum size of a response body or gRPC message in bytes
	 * @param protocol the version of HTTP for HTTP callouts
	 */
	public Upstream(URI uri, int maxResponseSize, UpstreamProtocol protocol) {
		this(uri, maxResponseSize, false, protocol);
	}

	/**
	 * Returns the upstream of a route.
	 */
	static Upstream of(RouteUpstream route) {
		return new Upstream(route.uri(), RESPONSE_SIZE, true, UpstreamProtocol.HTTP1);
	}

	/**
	 * Returns whether the scheme is {@code lb}.
	 */
	boolean isLoadBalanced() {
		return "lb".equals(this.uri.getScheme());
	}

	/**
	 * Returns the name of the service in the load balancer.
	 */
	String service() {
		return this.uri.isOpaque() ? URI.create(this.uri.getRawSchemeSpecificPart()).getRawAuthority()
				: this.uri.getRawAuthority();
	}

	/**
	 * Returns the scheme for calling an instance of the service. {@code secure} says
	 * whether the instance requests TLS.
	 */
	String scheme(boolean secure) {
		return this.uri.isOpaque() ? String.valueOf(URI.create(this.uri.getRawSchemeSpecificPart()).getScheme())
				: secure ? "https" : "http";
	}

}
