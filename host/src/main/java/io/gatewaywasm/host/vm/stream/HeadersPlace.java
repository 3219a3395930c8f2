package io.gatewaywasm.host.vm.stream;

/**
 * The progress of a message's headers.
 */
enum HeadersPlace {

	/** The headers were not shown to the guest. */
	NOT_SHOWN,

	/** The headers were shown to the guest and not sent on yet. */
	HERE,

	/** The headers were sent on, answered or dropped. */
	LEFT,

	/**
	 * The headers waited, and a body or trailers callback sent them on. As in Envoy, host
	 * calls that change them return OK, but the exchange then ends with an error.
	 */
	LEFT_WITH_BODY

}
