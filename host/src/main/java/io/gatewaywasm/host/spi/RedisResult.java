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
	 */
	record Failure(String reason) implements RedisResult {

	}

}
