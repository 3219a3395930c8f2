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
	 * @param reason why, readable: time-out, connection refused, answer too large
	 */
	record Failure(String reason) implements HttpCallResult {

	}

}
