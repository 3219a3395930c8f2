package io.gatewaywasm.host.vm.stream;

/**
 * How the next chunk of a body is shown to the guest.
 */
enum NextChunk {

	/** The guest sees only the chunk. */
	SHOWN_ALONE,

	/** The chunk is appended to bytes that the guest has not buffered itself. */
	APPENDED,

	/** The chunk is appended to bytes that the guest buffered in an earlier callback. */
	APPENDED_TO_BUFFERED

}
