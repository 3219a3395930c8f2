package io.gatewaywasm.boot.gateway.exchange;

/**
 * How a response reaches the filters.
 */
enum ResponseKind {

	/**
	 * The response is being committed outside the filter chain. Filters can change its
	 * status and headers but not its body.
	 */
	HEADERS_ONLY,

	/** The response is written without a body, as the response to an upgrade is. */
	WITHOUT_BODY,

	/** The response is written with a body, which may be empty. */
	WITH_BODY

}
