package io.gatewaywasm.host.spi;

import java.util.List;

import io.gatewaywasm.host.abi.HeaderPair;

/**
 * The result of an HTTP callout.
 */
public sealed interface HttpCallResult {

	/**
	 * A response of the upstream, with any status.
	 *
	 * @param headers the headers, {@code :status} first
	 * @param body the body, owned by the receiver
	 * @param trailers the trailers
	 */
	record Response(List<HeaderPair> headers, byte[] body, List<HeaderPair> trailers) implements HttpCallResult {

		public Response {
			headers = List.copyOf(headers);
			trailers = List.copyOf(trailers);
		}

	}

	/**
	 * A callout without a response.
	 *
	 * @param reason the reason for logs, such as a timeout, a refused connection or a
	 * response that is too large
	 * @param status the status that the guest gets, as in Envoy: 504 if the upstream did
	 * not respond in time, 502 if its response is not HTTP, otherwise 503
	 */
	record Failure(String reason, int status) implements HttpCallResult {

		/** The status after a timeout. */
		public static final int TIMEOUT = 504;

		/** The status for a response that is not HTTP. */
		public static final int NOT_HTTP = 502;

		/** The status for a connection that failed. */
		public static final int CONNECTION = 503;

		/**
		 * Creates a failure of the connection.
		 * @param reason the reason for logs
		 */
		public Failure(String reason) {
			this(reason, CONNECTION);
		}

	}

}
