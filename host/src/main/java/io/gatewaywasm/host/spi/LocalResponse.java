package io.gatewaywasm.host.spi;

import java.util.List;

import io.gatewaywasm.host.abi.HeaderPair;

/**
 * A local response, sent by a guest, or by the host or the gateway to report an error.
 *
 * @param status the HTTP status
 * @param details a short identifier for logs, without white space
 * @param body the body, owned by the receiver
 * @param headers the additional headers
 * @param grpcStatus the gRPC status for a gRPC client, or -1
 * @param ofGuest whether a guest has sent it, and not the host or the gateway
 */
public record LocalResponse(int status, String details, byte[] body, List<HeaderPair> headers, int grpcStatus,
		boolean ofGuest) {

	public LocalResponse {
		headers = List.copyOf(headers);
	}

	/**
	 * Creates a local response of the host or the gateway.
	 */
	public LocalResponse(int status, String details, byte[] body, List<HeaderPair> headers, int grpcStatus) {
		this(status, details, body, headers, grpcStatus, false);
	}

	/**
	 * Creates a local response of the host or the gateway without body and headers.
	 */
	public static LocalResponse of(int status, String details) {
		return of(status, details, new byte[0]);
	}

	/**
	 * Creates a local response of the host or the gateway without headers.
	 */
	public static LocalResponse of(int status, String details, byte[] body) {
		return new LocalResponse(status, details, body, List.of(), -1);
	}

}
