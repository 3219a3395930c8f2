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
	 * @param timeout whether the upstream did not respond in time
	 */
	record Failure(String reason, boolean timeout) implements HttpCallResult {

		/**
		 * Creates a failure that is not a timeout.
		 * @param reason the reason for logs
		 */
		public Failure(String reason) {
			this(reason, false);
		}

	}

}
