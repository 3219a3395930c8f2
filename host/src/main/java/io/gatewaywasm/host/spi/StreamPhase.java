package io.gatewaywasm.host.spi;

/**
 * The phases of an HTTP stream in which a guest runs.
 */
public enum StreamPhase {

	/** {@code proxy_on_request_headers}. */
	REQUEST_HEADERS,

	/** {@code proxy_on_request_body}. */
	REQUEST_BODY,

	/** {@code proxy_on_request_trailers}. */
	REQUEST_TRAILERS,

	/** {@code proxy_on_response_headers}. */
	RESPONSE_HEADERS,

	/** {@code proxy_on_response_body}. */
	RESPONSE_BODY,

	/** {@code proxy_on_response_trailers}. */
	RESPONSE_TRAILERS,

	/** {@code proxy_on_done}, {@code proxy_on_log} and {@code proxy_on_delete}. */
	END

}
