package io.gatewaywasm.host.vm.stream;

/**
 * The progress of a message's headers.
 */
enum HeadersProgress {

	/** The headers were not shown to the guest. */
	NOT_SHOWN,

	/** The headers were shown to the guest and not sent on yet. */
	KEPT,

	/** The headers were not sent on yet, but the guest has given up access to them. */
	REVOKED,

	/**
	 * The headers were sent on by the headers callback, or by a resume of the request.
	 */
	LEFT,

	/**
	 * The headers were kept, and were then sent on by another callback, replaced by a
	 * local response, or dropped. As in Envoy, host calls that change them return OK, but
	 * the exchange then ends with an error, if it has not ended.
	 */
	LEFT_AFTER_WAIT;

	/** Returns whether the headers were not sent on yet. */
	boolean isKept() {
		return this == KEPT || this == REVOKED;
	}

	/** Returns the progress after the guest has given up access to the message. */
	HeadersProgress afterRevoke() {
		return (this == KEPT) ? REVOKED : this;
	}

	/** Returns the progress of kept headers that are sent on after they have waited. */
	HeadersProgress afterWait() {
		return (this == REVOKED) ? LEFT : LEFT_AFTER_WAIT;
	}

}
