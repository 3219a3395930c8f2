package io.gatewaywasm.host.vm.stream;

import io.gatewaywasm.host.spi.Decision;

/**
 * The known origin of a stream's response.
 */
enum ResponseOrigin {

	/** Neither a response of the upstream nor a local response has reached the guest. */
	UNKNOWN,

	/** The guest was shown a response that is not a local response. */
	UPSTREAM,

	/** A local response to the request. The fail strategy does not apply to it. */
	LOCAL;

	/** Returns the origin after the guest was shown the response. */
	ResponseOrigin afterShown() {
		return (this == UNKNOWN) ? UPSTREAM : this;
	}

	/** Returns the origin after a decision about a message. */
	ResponseOrigin after(MessageKind message, Decision decision) {
		boolean local = this == UNKNOWN && message == MessageKind.REQUEST && decision instanceof Decision.Respond;
		return local ? LOCAL : this;
	}

}
