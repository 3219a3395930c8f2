package io.gatewaywasm.boot.shareddata;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * A complete RESP2 reply of the server. Only the types that the store uses are supported.
 */
record StoreReply(byte[] raw) {

	private static final int LINE_END = 2;

	/**
	 * Returns the error, or {@code null} if the reply is not an error.
	 */
	@Nullable String error() {
		return (this.raw[0] == '-') ? line(1) : null;
	}

	/**
	 * Returns the bytes of a bulk string, or {@code null}.
	 */
	byte @Nullable [] bulk() {
		return bulk(0);
	}

	/**
	 * Returns the first element of an array of bulk strings, or {@code null}.
	 */
	byte @Nullable [] first() {
		return (this.raw[0] == '*' && this.raw[1] != '-') ? bulk(line(1).length() + 1 + LINE_END) : null;
	}

	/**
	 * Returns whether the reply is the integer 1.
	 */
	boolean isOne() {
		return this.raw[0] == ':' && line(1).equals("1");
	}

	private byte @Nullable [] bulk(int start) {
		if (this.raw[start] != '$' || this.raw[start + 1] == '-') {
			return null;
		}
		String length = line(start + 1);
		int from = start + 1 + length.length() + LINE_END;
		return Arrays.copyOfRange(this.raw, from, from + Integer.parseInt(length));
	}

	private String line(int start) {
		int end = start;
		while (this.raw[end] != '\r' && this.raw[end] != '\n') {
			end++;
		}
		return new String(this.raw, start, end - start, StandardCharsets.UTF_8);
	}

}
