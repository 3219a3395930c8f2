package io.gatewaywasm.host.vm.stream;

/**
 * One cell of the transition table of a {@link StreamDirection}. {@code next} is the next
 * state; {@link StreamState#BODY} means {@link StreamState#END} if a part is sent on and
 * the end of the message was seen.
 */
record StreamTransition(StreamAction action, StreamState next) {

	/** Returns the next state, given whether the end of the message was seen. */
	StreamState next(boolean endSeen) {
		boolean sends = this.action == StreamAction.SEND || this.action == StreamAction.SEND_HEADERS;
		return (endSeen && sends && this.next == StreamState.BODY) ? StreamState.END : this.next;
	}

}
