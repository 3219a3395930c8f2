package io.gatewaywasm.host.abi;

import org.jspecify.annotations.Nullable;

/**
 * The header map that a host call refers to ({@code proxy_map_type_t}). The ordinal is
 * the wire code.
 */
public enum MapType {

	/** Headers of the request, including pseudo-headers. */
	REQUEST_HEADERS,

	/** Trailers of the request. */
	REQUEST_TRAILERS,

	/** Headers of the response, including {@code :status}. */
	RESPONSE_HEADERS,

	/** Trailers of the response. */
	RESPONSE_TRAILERS,

	/** Initial metadata of a gRPC callout. */
	GRPC_CALL_INITIAL_METADATA,

	/** Trailing metadata of a gRPC callout. */
	GRPC_CALL_TRAILING_METADATA,

	/** Response headers of an HTTP callout, including {@code :status}. */
	HTTP_CALL_RESPONSE_HEADERS,

	/** Response trailers of an HTTP callout. */
	HTTP_CALL_RESPONSE_TRAILERS;

	private static final MapType[] VALUES = values();

	/**
	 * Returns the type of a wire code, or {@code null} if there is none.
	 */
	public static @Nullable MapType of(int code) {
		return (code >= 0 && code < VALUES.length) ? VALUES[code] : null;
	}

}
