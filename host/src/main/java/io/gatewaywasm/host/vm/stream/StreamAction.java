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

	/** Buffers the body without a callback, if it fits the buffer. */
	KEEP_ALL,

	/** Keeps the trailers back without a callback. */
	KEEP_TRAILERS,

	/** Keeps the headers back and continues with the body. */
	KEEP_HEADERS,

	/**
	 * Waits for the guest to resume. Requests more of the body if the buffer is not full.
	 */
	WAIT,

	/** Sends the headers on, then shows the buffered body and the trailers. */
	SEND_HEADERS,

	/** Sends on everything that was kept back. */
	SEND,

	/** Sends the injected bytes before the buffered bytes. */
	INJECT,

	/** Sends the injected bytes as the end and drops everything that is kept back. */
	INJECT_END,

	/** Answers the message with an error, because its body does not fit the buffer. */
	REFUSE,

	/** Passes an arriving part on without a callback. */
	PASS_ON,

	/** Answers an arriving part with the decision that closed the stream. */
	ANSWER

}
