package io.gatewaywasm.host.vm.stream;

/**
 * The life of a {@link StreamContext}.
 */
enum StreamLife {

	/** The guest is called for the messages of the stream. */
	OPEN,

	/**
	 * The guest is not called for messages any more, because the stream failed or its
	 * local response is complete. The gateway has not ended the stream yet.
	 */
	OVER,

	/** The gateway has ended the stream. */
	ENDED

}
