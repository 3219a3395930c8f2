package io.gatewaywasm.host.vm.stream;

/**
 * The actions of a {@link StreamDirection} on an input.
 */
enum StreamAction {

	/** Does nothing. */
	IGNORE,

	/** Calls the headers callback. */
	SHOW_HEADERS,

	/** Calls the body callback. */
	SHOW_BODY,

	/** Calls the trailers callback. */
	SHOW_TRAILERS,

	/** Buffers the body without a callback. */
	KEEP_BODY,

	/** Keeps the trailers back without a callback. */
	KEEP_TRAILERS,

	/** Keeps the headers back and has the body shown. */
	HOLD_HEADERS,

	/** Waits for the guest to resume, with more of the body if there is room. */
	WAIT,

	/** Sends the headers on, then shows what was kept of the body and the trailers. */
	SEND_HEADERS,

	/** Sends on everything that was kept back. */
	SEND,

	/** Passes on what arrives, without a callback. */
	PASS_ON,

	/** Answers what arrives with the decision that closed the stream. */
	ANSWER

}
