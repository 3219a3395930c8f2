package io.gatewaywasm.host.abi;

/**
 * What a guest returns from {@code proxy_on_request_headers} and
 * {@code proxy_on_response_headers}; the ordinal is the wire code. The Rust and Go SDKs
 * know only the first two, C++ and Higress guests use them all.
 */
public enum HeadersStatus {

	/** Go on with the next filter. */
	CONTINUE,

	/**
	 * Hold the headers. Envoy treats this as {@link #STOP_ALL_ITERATION_AND_WATERMARK}
	 * unless {@code allow_on_headers_stop_iteration} is set, which lets the body
	 * callbacks run while the headers are held.
	 */
	STOP_ITERATION,

	/** Go on with the next filter: measured on Envoy 1.40, the body goes on too. */
	CONTINUE_AND_END_STREAM,

	/**
	 * Hold headers, body and trailers and make no callback until the guest continues the
	 * stream. Envoy buffers meanwhile and fails the stream if the buffer overflows.
	 */
	STOP_ALL_ITERATION_AND_BUFFER,

	/**
	 * Hold headers, body and trailers and make no callback until the guest continues the
	 * stream. Envoy buffers meanwhile and stops reading when the buffer is full.
	 */
	STOP_ALL_ITERATION_AND_WATERMARK;

	private static final HeadersStatus[] VALUES = values();

	/**
	 * Return the status for a wire code. As in Envoy, a code that nobody defined stops
	 * everything.
	 * @param code the wire code
	 * @return the status
	 */
	public static HeadersStatus of(int code) {
		return (code >= 0 && code < VALUES.length) ? VALUES[code] : STOP_ALL_ITERATION_AND_WATERMARK;
	}

}
