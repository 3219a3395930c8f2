package io.gatewaywasm.host.abi;

import org.jspecify.annotations.Nullable;

/**
 * The direction that a stream control call refers to ({@code proxy_stream_type_t}). The
 * ordinal is the wire code.
 */
public enum StreamType {

	/** The request of an HTTP stream. */
	HTTP_REQUEST,

	/** The response of an HTTP stream. */
	HTTP_RESPONSE,

	/** A downstream connection (network filters only). */
	DOWNSTREAM,

	/** An upstream connection (network filters only). */
	UPSTREAM;

	private static final StreamType[] VALUES = values();

	/**
	 * Returns the type of a wire code, or {@code null} if there is none.
	 */
	public static @Nullable StreamType of(int code) {
		return (code >= 0 && code < VALUES.length) ? VALUES[code] : null;
	}

}
