package io.gatewaywasm.host.abi;

/**
 * What a guest returns from {@code proxy_on_request_body} and
 * {@code proxy_on_response_body}; the ordinal is the wire code. The Rust and Go SDKs know
 * only the first two, C++ and Higress guests use them all.
 */
public enum DataStatus {

	/** Pass on this chunk and everything that was buffered. */
	CONTINUE,

	/**
	 * Hold the body. Envoy appends later chunks to its buffer, shows the guest the whole
	 * buffer in the next callback, and fails the stream if the buffer overflows.
	 */
	STOP_ITERATION_AND_BUFFER,

	/**
	 * Hold the body. Envoy buffers, stops reading when the buffer is full, and shows the
	 * guest only the new chunk in the next callback.
	 */
	STOP_ITERATION_AND_WATERMARK,

	/**
	 * Hold the body without buffering it: the guest owns the chunk from now on and shows
	 * what shall be sent in a later one.
	 */
	STOP_ITERATION_NO_BUFFER;

	private static final DataStatus[] VALUES = values();

	/**
	 * Return the status for a wire code. As in Envoy, a code that nobody defined stops
	 * without buffering.
	 * @param code the wire code
	 * @return the status
	 */
	public static DataStatus of(int code) {
		return (code >= 0 && code < VALUES.length) ? VALUES[code] : STOP_ITERATION_NO_BUFFER;
	}

}
