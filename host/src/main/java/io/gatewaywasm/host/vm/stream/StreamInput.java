package io.gatewaywasm.host.vm.stream;

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

	/** The callback returned Continue, or the guest resumed in it. */
	CONTINUE,

	/** The callback returned a pause. */
	PAUSE,

	/** The headers callback returned a pause in which the body is still shown. */
	PAUSE_HEADERS,

	/** The guest resumed in a callback of another context or direction. */
	RESUME,

	/** The guest is skipped from now on. */
	SKIP,

	/** The stream is answered, reset or cancelled. */
	CLOSE

}
