package io.gatewaywasm.boot.services;

/**
 * The version of HTTP that callouts to an upstream use. gRPC callouts always use HTTP/2.
 */
public enum UpstreamProtocol {

	/** HTTP/1.1. */
	HTTP1,

	/** HTTP/2, without TLS with prior knowledge. */
	HTTP2

}
