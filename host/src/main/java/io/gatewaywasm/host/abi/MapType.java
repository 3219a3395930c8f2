package io.gatewaywasm.host.abi;

import org.jspecify.annotations.Nullable;

/**
 * Header map that a host call addresses ({@code proxy_map_type_t}); the ordinal is the
 * wire code.
 */
public enum MapType {

	/** Headers of the request, with its pseudo-headers. */
	REQUEST_HEADERS,

	/** Trailers of the request. */
	REQUEST_TRAILERS,

	/** Headers of the response, with {@code :status}. */
	RESPONSE_HEADERS,

	/** Trailers of the response. */
	RESPONSE_TRAILERS,

	/** Initial metadata of a gRPC callout. */
	GRPC_CALL_INITIAL_METADATA,

	/** Trailing metadata of a gRPC callout. */
	GRPC_CALL_TRAILING_METADATA,

	/** Headers of the answer to an HTTP callout, with {@code :status}. */
	HTTP_CALL_RESPONSE_HEADERS,

	/** Trailers of the answer to an HTTP callout. */
	HTTP_CALL_RESPONSE_TRAILERS;

	private static final MapType[] VALUES = values();

	/**
	 * Return the map type for a wire code.
	 * @param code the wire code
	 * @return the type or {@code null} if there is none
	 */
	public static @Nullable MapType of(int code) {
		return (code >= 0 && code < VALUES.length) ? VALUES[code] : null;
	}

}
