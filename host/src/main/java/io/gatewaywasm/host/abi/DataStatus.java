package io.gatewaywasm.host.abi;

/**
 * The result of {@code proxy_on_request_body} and {@code proxy_on_response_body}. The
 * ordinal is the wire code. The Rust and Go SDKs know only the first two, and C++ and
 * Higress guests use all of them.
 */
public enum DataStatus {

	/** Sends this chunk and all buffered ones on. */
	CONTINUE,

	/**
	 * Pauses the body. Envoy appends later chunks to its buffer, passes the whole buffer
	 * to the next callback, and fails the stream if the buffer overflows.
	 */
	STOP_ITERATION_AND_BUFFER,

	/**
	 * Pauses the body. Envoy buffers it, stops reading when the buffer is full, and
	 * passes only the new chunk to the next callback.
	 */
	STOP_ITERATION_AND_WATERMARK,

	/**
	 * Pauses the body without buffering. The guest keeps the chunk, and writes what it
	 * wants to send to a later one.
	 */
	STOP_ITERATION_NO_BUFFER;

	private static final DataStatus[] VALUES = values();

	/**
	 * Returns the status of a wire code. As in Envoy, undefined codes pause without
	 * buffering.
	 */
	public static DataStatus of(int code) {
		return (code >= 0 && code < VALUES.length) ? VALUES[code] : STOP_ITERATION_NO_BUFFER;
	}

}
