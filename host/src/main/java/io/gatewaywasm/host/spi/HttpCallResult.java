package io.gatewaywasm.host.spi;

import java.util.List;

import io.gatewaywasm.host.abi.HeaderPair;

/**
 * What became of an HTTP callout.
 */
public sealed interface HttpCallResult {

	/**
	 * The upstream answered, whatever the status.
	 *
	 * @param headers the headers, {@code :status} first
	 * @param body the body, owned by the receiver
	 * @param trailers the trailers
	 */
	record Answer(List<HeaderPair> headers, byte[] body, List<HeaderPair> trailers) implements HttpCallResult {

		public Answer {
			headers = List.copyOf(headers);
			trailers = List.copyOf(trailers);
		}

	}

	/**
	 * There is no answer.
	 *
	 * @param reason why, readable: timeout, connection refused, response too large
	 * @param timeout whether the upstream did not respond in time
	 */
	record Failure(String reason, boolean timeout) implements HttpCallResult {

		/**
		 * Creates a failure that is not a timeout.
		 * @param reason why, readable
		 */
		public Failure(String reason) {
			this(reason, false);
		}

	}

}
