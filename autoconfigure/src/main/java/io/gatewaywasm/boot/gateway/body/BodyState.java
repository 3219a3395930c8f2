package io.gatewaywasm.boot.gateway.body;

/**
 * The progress of a body through its filter. <pre>
 *  IDLE ──request──▶ REQUESTED ──chunk──▶ AT_FILTER ──decision──▶ IDLE
 *    └───────────end──────┴───────▶ END_SHOWN
 *                                       └──decision──▶ ENDED ──all taken──▶ OVER
 *  an injected end ──▶ ENDED    a failure ──▶ FAILED ──▶ OVER    a cancellation ──▶ OVER
 * </pre>
 */
enum BodyState {

	/** The next chunk has not been requested. */
	IDLE,

	/**
	 * The next chunk has been requested from the source, or a chunk waits for the signal
	 * that follows it.
	 */
	REQUESTED,

	/** The filter decides on a chunk. */
	AT_FILTER,

	/** The filter has seen the end of the body and has not decided on it. */
	END_SHOWN,

	/** The filter has decided on the end. Its output may not have been taken. */
	ENDED,

	/** The body has failed. The receiver has not been notified. */
	FAILED,

	/** The receiver has been notified of the end, or has cancelled. */
	OVER;

	/** The events that change the state. */
	enum Event {

		/** The next chunk is requested. */
		REQUEST,

		/** A chunk is passed to the filter. */
		CHUNK,

		/** An empty chunk has arrived, or the source has ended. */
		NOTHING,

		/** The end of the body is passed to the filter, possibly with a chunk. */
		END,

		/** The filter has decided on what it was passed last. */
		DECISION,

		/** The filter has decided on the end, or has ended the body itself. */
		END_DECISION,

		/** The source has failed, or the filter has replaced or reset the message. */
		FAILURE,

		/** The receiver is notified of the end or the failure, or has cancelled. */
		CLOSE

	}

	/** Returns whether chunks are passed to the filter. */
	boolean isOpen() {
		return this.compareTo(END_SHOWN) < 0;
	}

	/** Returns whether decisions of the filter have no effect. */
	boolean isClosed() {
		return this.compareTo(ENDED) > 0;
	}

	/** Returns the state after an event. A closed body is not opened again. */
	BodyState after(Event event) {
		return switch (event) {
			case REQUEST -> (this == IDLE) ? REQUESTED : this;
			case CHUNK -> isOpen() ? AT_FILTER : this;
			case NOTHING -> (this == REQUESTED) ? IDLE : this;
			case END -> isOpen() ? END_SHOWN : this;
			case DECISION -> (this == AT_FILTER) ? IDLE : this;
			case END_DECISION -> isClosed() ? this : ENDED;
			case FAILURE -> isClosed() ? this : FAILED;
			case CLOSE -> OVER;
		};
	}

}
