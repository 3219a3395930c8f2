package io.gatewaywasm.host.abi;

import org.jspecify.annotations.Nullable;

/**
 * The buffer that a host call refers to ({@code proxy_buffer_type_t}). The ordinal is the
 * wire code.
 */
public enum BufferType {

	/** Body of the request. */
	HTTP_REQUEST_BODY,

	/** Body of the response. */
	HTTP_RESPONSE_BODY,

	/** Data from a downstream connection (network filters only). */
	DOWNSTREAM_DATA,

	/** Data from an upstream connection (network filters only). */
	UPSTREAM_DATA,

	/** Response body of an HTTP callout. */
	HTTP_CALL_RESPONSE_BODY,

	/** Message that a gRPC callout has received. */
	GRPC_CALL_MESSAGE,

	/** Configuration of the VM. */
	VM_CONFIGURATION,

	/** Configuration of the plugin. */
	PLUGIN_CONFIGURATION,

	/** Arguments of a foreign function callback. */
	FOREIGN_FUNCTION_ARGUMENTS,

	/** Reply of a Redis callout (Higress). */
	REDIS_CALL_RESPONSE;

	private static final BufferType[] VALUES = values();

	/**
	 * Returns the type of a wire code, or {@code null} if there is none.
	 */
	public static @Nullable BufferType of(int code) {
		return (code >= 0 && code < VALUES.length) ? VALUES[code] : null;
	}

}
