package io.gatewaywasm.host.vm.stream;

/**
 * The parts of a message, each with its own callback.
 */
enum MessagePart {

	HEADERS(StreamInput.HEADERS),

	/** A part of the body. */
	BODY(StreamInput.BODY),

	TRAILERS(StreamInput.TRAILERS);

	private final StreamInput arrival;

	MessagePart(StreamInput arrival) {
		this.arrival = arrival;
	}

	/** Returns the input for the arrival of this part. */
	StreamInput arrival() {
		return this.arrival;
	}

}
