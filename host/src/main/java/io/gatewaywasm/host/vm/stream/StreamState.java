package io.gatewaywasm.host.vm.stream;

/**
 * The states of a {@link StreamDirection}.
 */
enum StreamState {

	/** No part was shown to the guest. */
	IDLE,

	/** The headers callback is running. */
	HEADERS,

	/** The guest paused everything in the headers callback, so no callback runs. */
	PAUSED,

	/**
	 * The guest paused everything in the headers callback until the whole body is
	 * buffered, so no callback runs.
	 */
	GATHER,

	/** The guest paused the headers. They are kept back while the body is shown. */
	HEADERS_WAIT,

	/** The headers were sent on, and the body is shown. */
	BODY,

	/** The headers were sent on, and the guest paused in a body callback. */
	BUFFER,

	/** The trailers callback is running, or the guest paused in it. */
	TRAILERS,

	/** The guest is skipped, and everything is sent on as it arrives. */
	PASS,

	/** Everything was sent on. */
	END,

	/** The stream was answered, reset or cancelled. */
	CLOSED;

	/** Returns whether no more parts are shown to the guest. */
	boolean isDone() {
		return this == PASS || this == END || this == CLOSED;
	}

	/** Returns whether the guest has paused and is expected to resume. */
	boolean isPaused() {
		return this == PAUSED || this == GATHER || this == HEADERS_WAIT || this == BUFFER || this == TRAILERS;
	}

}
