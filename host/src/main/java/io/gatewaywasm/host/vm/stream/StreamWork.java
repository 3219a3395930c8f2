package io.gatewaywasm.host.vm.stream;

/**
 * The work of a stream inside its VM.
 */
enum StreamWork {

	/** Shows headers to the guest. */
	HEADERS,

	/** Shows a part of a body. */
	BODY,

	/** Shows trailers. */
	TRAILERS,

	/** Gives up a direction that stayed paused for too long. */
	PAUSED_TOO_LONG,

	/** Gives up the stream because the next part of a body is overdue. */
	BODY_OVERDUE,

	/** Gives up the stream because too much work was waiting for the VM. */
	OVERLOADED,

	/** Gives up the stream because its work waited too long for the VM. */
	WAITED_TOO_LONG,

	/** Creates a stream that was not shown to the guest, so that its end is logged. */
	LOG,

	/** Ends the stream. */
	END;

	/** Returns the part of a message that the work shows to the guest. */
	MessagePart part() {
		return switch (this) {
			case HEADERS -> MessagePart.HEADERS;
			case BODY -> MessagePart.BODY;
			case TRAILERS -> MessagePart.TRAILERS;
			default -> throw new IllegalStateException(this + " shows no part");
		};
	}

	/**
	 * Returns whether the work creates the context in the guest, if it does not exist.
	 */
	boolean mayCreate() {
		return this == HEADERS || this == LOG;
	}

	/** Returns whether the work is never rejected. True for work that ends something. */
	boolean isEssential() {
		return this == END || this == PAUSED_TOO_LONG || this == BODY_OVERDUE || this == OVERLOADED
				|| this == WAITED_TOO_LONG;
	}

}
