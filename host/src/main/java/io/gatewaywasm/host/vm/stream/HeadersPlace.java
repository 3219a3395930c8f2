package io.gatewaywasm.host.vm.stream;

/**
 * The progress of a message's headers.
 */
enum HeadersPlace {

	/** The headers were not shown to the guest. */
	NOT_SHOWN,

	/** The headers were shown to the guest and not sent on yet. */
	HERE,

	/**
	 * The headers were sent on by the headers callback, or by a resume of the request.
	 */
	LEFT,

	/**
	 * The headers waited, and were then sent on by another callback, answered or dropped.
	 * As in Envoy, host calls that change them return OK, but the exchange then ends with
	 * an error, if it has not ended.
	 */
	LEFT_AFTER_WAIT

}
