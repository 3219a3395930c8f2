package io.gatewaywasm.host.abi;

/**
 * The result of {@code proxy_on_request_headers} and {@code proxy_on_response_headers}.
 * The ordinal is the wire code. The Rust and Go SDKs know only the first two, and C++ and
 * Higress guests use all of them.
 */
public enum HeadersStatus {

	/** Continues with the next filter. */
	CONTINUE,

	/**
	 * Pauses the headers. Envoy treats this as {@link #STOP_ALL_ITERATION_AND_WATERMARK}
	 * unless {@code allow_on_headers_stop_iteration} is set, with which body callbacks
	 * run while the headers are paused.
	 */
	STOP_ITERATION,

	/**
	 * Continues with the next filter. Measured with Envoy 1.40: the body continues as
	 * well.
	 */
	CONTINUE_AND_END_STREAM,

	/**
	 * Pauses headers, body and trailers, without further callbacks until the guest
	 * resumes the stream. Envoy buffers in the meantime, and fails the stream if the
	 * buffer overflows.
	 */
	STOP_ALL_ITERATION_AND_BUFFER,

	/**
	 * Pauses headers, body and trailers, without further callbacks until the guest
	 * resumes the stream. Envoy buffers in the meantime, and stops reading when the
	 * buffer is full.
	 */
	STOP_ALL_ITERATION_AND_WATERMARK;

	private static final HeadersStatus[] VALUES = values();

	/**
	 * Returns the status of a wire code. As in Envoy, undefined codes pause everything.
	 */
	public static HeadersStatus of(int code) {
		return (code >= 0 && code < VALUES.length) ? VALUES[code] : STOP_ALL_ITERATION_AND_WATERMARK;
	}

}
