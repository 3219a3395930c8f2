package io.gatewaywasm.host.spi;

/**
 * The result of a call to Redis.
 */
public sealed interface RedisResult {

	/**
	 * A reply of the server, possibly an error.
	 *
	 * @param data the reply in RESP2, owned by the receiver
	 */
	record Reply(byte[] data) implements RedisResult {

	}

	/**
	 * A call without a reply.
	 *
	 * @param reason the reason for logs, such as a timeout, a refused connection or a
	 * reply that is too large
	 * @param refused whether the call was not sent because too many commands are pending,
	 * which says nothing about the server
	 */
	record Failure(String reason, boolean refused) implements RedisResult {

		/**
		 * Creates a failure of the server or the connection.
		 * @param reason the reason for logs
		 */
		public Failure(String reason) {
			this(reason, false);
		}

	}

}
