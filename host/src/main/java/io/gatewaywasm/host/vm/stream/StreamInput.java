package io.gatewaywasm.host.vm.stream;

import io.gatewaywasm.host.abi.HeadersStatus;

/**
 * The inputs of a {@link StreamDirection}: arrivals from the gateway, results of the
 * guest, and events of the stream.
 */
enum StreamInput {

	/** The headers arrive. */
	HEADERS,

	/** A part of the body arrives. */
	BODY,

	/** The trailers arrive. */
	TRAILERS,

	/** The callback returned Continue, or the guest resumed during the callback. */
	CONTINUE,

	/** The callback returned a pause. */
	PAUSE,

	/** The headers callback returned a pause in which the whole body is buffered. */
	PAUSE_ALL,

	/** The headers callback returned a pause in which the body is still shown. */
	PAUSE_HEADERS,

	/** The body does not fit the buffer. */
	OVERFLOW,

	/** The guest resumed in a callback of another context or direction. */
	RESUME,

	/** The guest injected bytes. */
	INJECT,

	/** The guest injected the end of the response. */
	INJECT_END,

	/** The guest is skipped from now on. */
	SKIP,

	/** The stream is answered, reset or cancelled. */
	CLOSE;

	/**
	 * Returns the input for the result of the headers callback. {@code bodyFollows} says
	 * whether the message has a body, and {@code showsBody} whether body callbacks run
	 * while the headers are paused.
	 */
	static StreamInput of(HeadersStatus status, boolean bodyFollows, boolean showsBody) {
		return switch (status) {
			case CONTINUE, CONTINUE_AND_END_STREAM -> CONTINUE;
			case STOP_ITERATION -> (bodyFollows && showsBody) ? PAUSE_HEADERS : PAUSE;
			case STOP_ALL_ITERATION_AND_BUFFER -> bodyFollows ? PAUSE_ALL : PAUSE;
			case STOP_ALL_ITERATION_AND_WATERMARK -> PAUSE;
		};
	}

}
