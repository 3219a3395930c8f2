package io.gatewaywasm.test.callout;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

import io.gatewaywasm.host.spi.RedisResult;

/**
 * The reply of a Redis server to a callout. Immutable.
 */
public final class RedisReply {

	private final RedisResult result;

	private RedisReply(RedisResult result) {
		this.result = result;
	}

	/**
	 * Returns a status, such as {@code OK}.
	 * @param text the status
	 * @return the reply
	 */
	public static RedisReply status(String text) {
		return line('+', text);
	}

	/**
	 * Returns a number.
	 * @param value the number
	 * @return the reply
	 */
	public static RedisReply number(long value) {
		return line(':', Long.toString(value));
	}

	/**
	 * Returns a value.
	 * @param text the value, encoded as UTF-8
	 * @return the reply
	 */
	public static RedisReply text(String text) {
		return bytes(text.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Returns a value.
	 * @param value the value
	 * @return the reply
	 */
	public static RedisReply bytes(byte[] value) {
		ByteArrayOutputStream data = new ByteArrayOutputStream();
		data.writeBytes(encoded('$', Integer.toString(value.length)));
		data.writeBytes(value);
		data.writeBytes(encoded("\r\n"));
		return new RedisReply(new RedisResult.Reply(data.toByteArray()));
	}

	/**
	 * Returns the reply for a missing value.
	 * @return the reply
	 */
	public static RedisReply missing() {
		return line('$', "-1");
	}

	/**
	 * Returns an array.
	 * @param elements the elements, none of which is a failure
	 * @return the reply
	 */
	public static RedisReply array(RedisReply... elements) {
		ByteArrayOutputStream data = new ByteArrayOutputStream();
		data.writeBytes(encoded('*', Integer.toString(elements.length)));
		Stream.of(elements).map(RedisReply::data).forEach(data::writeBytes);
		return new RedisReply(new RedisResult.Reply(data.toByteArray()));
	}

	/**
	 * Returns an error of the server.
	 * @param text the error, such as {@code WRONGTYPE Operation against a key}
	 * @return the reply
	 */
	public static RedisReply error(String text) {
		return line('-', text);
	}

	/**
	 * Returns a failure: the server does not reply.
	 * @param reason the reason, for logs
	 * @return the failure
	 */
	public static RedisReply failure(String reason) {
		return new RedisReply(new RedisResult.Failure(reason));
	}

	private static RedisReply line(char type, String text) {
		return new RedisReply(new RedisResult.Reply(encoded(type, text)));
	}

	private static byte[] encoded(char type, String text) {
		if (text.indexOf('\r') >= 0 || text.indexOf('\n') >= 0) {
			throw new IllegalArgumentException("A status or error of Redis is one line");
		}
		return encoded(type + text + "\r\n");
	}

	private static byte[] encoded(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private byte[] data() {
		if (this.result instanceof RedisResult.Reply reply) {
			return reply.data();
		}
		throw new IllegalArgumentException("A failure cannot be an element of an array");
	}

	RedisResult result() {
		return (this.result instanceof RedisResult.Reply reply) ? new RedisResult.Reply(reply.data().clone())
				: this.result;
	}

}
