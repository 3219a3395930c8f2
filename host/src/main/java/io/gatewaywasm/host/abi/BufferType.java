package io.gatewaywasm.host.abi;

import org.jspecify.annotations.Nullable;

/**
 * Buffer that a host call addresses ({@code proxy_buffer_type_t}); the ordinal is the
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

	/** Body of the answer to an HTTP callout. */
	HTTP_CALL_RESPONSE_BODY,

	/** Message received by a gRPC callout. */
	GRPC_CALL_MESSAGE,

	/** Configuration of the VM. */
	VM_CONFIGURATION,

	/** Configuration of the plugin. */
	PLUGIN_CONFIGURATION,

	/** Arguments of a foreign function callback. */
	FOREIGN_FUNCTION_ARGUMENTS;

	private static final BufferType[] VALUES = values();

	/**
	 * Return the buffer type for a wire code.
	 * @param code the wire code
	 * @return the type or {@code null} if there is none
	 */
	public static @Nullable BufferType of(int code) {
		return (code >= 0 && code < VALUES.length) ? VALUES[code] : null;
	}

}
