package io.gatewaywasm.boot.gateway.exchange;

/**
 * The progress of the response through the filters. Only the first response of an
 * exchange passes through them, because a guest sees one response. <pre>
 *  NEW ──written──▶ IN_FILTERS ──released──▶ LEFT ──written or replaced──▶ DONE
 *   │                 │  └────────────────replaced─────────────────────────▲
 *   │                 └──fails──▶ FAILED ──replaced────────────────────────┘
 *   └──reset, or the client disconnects──▶ NONE
 * </pre>
 */
enum ResponseState {

	/** No filter has seen a response. */
	NEW,

	/** A filter has the headers. */
	IN_FILTERS,

	/** The headers have left the filters, and the response is being written. */
	LEFT,

	/** The response has failed in the filters. Its headers must not be sent. */
	FAILED,

	/** The response was written, or another response has replaced it. */
	DONE,

	/**
	 * There will be no response: the connection was reset, or the client disconnected.
	 */
	NONE;

	/** Returns whether the response has entered the filters. */
	boolean hasStarted() {
		return this != NEW && this != NONE;
	}

	/** Returns whether filters have seen headers that they have not released. */
	boolean isWithheld() {
		return this == IN_FILTERS || this == FAILED;
	}

	/**
	 * Returns whether the headers have left the filters, or the response was replaced.
	 */
	boolean isReleased() {
		return this == LEFT || this == DONE;
	}

	/** Returns whether no filter waits for the response or is running for it. */
	boolean isOver() {
		return this == DONE || this == FAILED || this == NONE;
	}

}
