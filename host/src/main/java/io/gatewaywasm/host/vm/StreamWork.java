package io.gatewaywasm.host.vm;

/**
 * What is to be done for a stream inside its VM.
 */
enum StreamWork {

	/** Show headers to the guest. */
	HEADERS,

	/** Show a part of a body. */
	BODY,

	/** Show trailers. */
	TRAILERS,

	/** Give up a direction that stayed paused for too long. */
	PAUSED_TOO_LONG,

	/** Give up the stream because too much was waiting. */
	OVERLOADED,

	/** End the stream. */
	END;

	/**
	 * Return whether it has to be done however much is waiting.
	 * @return {@code true} for what ends something
	 */
	boolean isEssential() {
		return this == END || this == PAUSED_TOO_LONG || this == OVERLOADED;
	}

}
