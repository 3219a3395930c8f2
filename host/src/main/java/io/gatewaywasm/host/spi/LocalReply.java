package io.gatewaywasm.host.spi;

import java.util.List;

import io.gatewaywasm.host.abi.HeaderPair;

/**
 * An answer made by a filter or by its failure policy instead of the upstream.
 *
 * @param status the HTTP status
 * @param details a word or two for logs, without white space
 * @param body the body, owned by the receiver
 * @param headers the additional headers
 * @param grpcStatus the gRPC status to send to a gRPC client, or -1
 */
public record LocalReply(int status, String details, byte[] body, List<HeaderPair> headers, int grpcStatus) {

	public LocalReply {
		headers = List.copyOf(headers);
	}

	/**
	 * Create a reply without body and headers.
	 * @param status the HTTP status
	 * @param details a word or two for logs, without white space
	 * @return the reply
	 */
	public static LocalReply of(int status, String details) {
		return new LocalReply(status, details, new byte[0], List.of(), -1);
	}

}
