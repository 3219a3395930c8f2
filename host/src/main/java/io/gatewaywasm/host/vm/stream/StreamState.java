package io.gatewaywasm.host.vm.stream;

/**
 * The states of a {@link StreamDirection}.
 */
enum StreamState {

	/** Nothing was shown to the guest. */
	IDLE,

	/** The headers callback is running. */
	HEADERS,

	/** The guest paused everything in the headers callback: no callback runs. */
	PAUSED,

	/** The guest paused the headers: they are kept while the body is shown. */
	HEADERS_WAIT,

	/** The headers were sent on; the body is shown. */
	BODY,

	/** The headers were sent on; the guest paused in a body callback. */
	BUFFER,

	/** The trailers callback is running, or the guest paused in it. */
	TRAILERS,

	/** The guest is skipped: everything is sent on as it comes. */
	PASS,

	/** Everything was sent on. */
	END,

	/** The stream was answered, reset or cancelled. */
	CLOSED

}
