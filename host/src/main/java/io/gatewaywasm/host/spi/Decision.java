package io.gatewaywasm.host.spi;

/**
 * The next step of the gateway in one direction of a stream. Each call into a phase
 * results in exactly one decision, immediately or, if the guest pauses, later. Until
 * then, the gateway does nothing. In addition, the gateway can receive a {@link Release}
 * outside any phase when a paused stream resumes, and an {@link Inject} for a response.
 */
public sealed interface Decision {

	/** Sends the headers or trailers on. */
	record Continue() implements Decision {

		public static final Continue INSTANCE = new Continue();

	}

	/**
	 * Keeps the headers, but passes the body to the guest chunk by chunk. The first
	 * {@link Forward} or {@link Release} sends headers and data.
	 */
	record KeepHeaders() implements Decision {

		public static final KeepHeaders INSTANCE = new KeepHeaders();

	}

	/** Requests the next chunk of the body. Nothing is sent yet. */
	record More() implements Decision {

		public static final More INSTANCE = new More();

	}

	/**
	 * Sends bytes of the body on, then requests the next chunk.
	 *
	 * @param data the bytes, owned by the receiver, possibly none
	 * @param endOfStream whether this is the end of the body
	 */
	record Forward(byte[] data, boolean endOfStream) implements Decision {

	}

	/**
	 * Sends buffered bytes when a paused stream resumes while the guest is not processing
	 * a chunk. It does not answer a chunk: a chunk that the gateway has passed to the
	 * stream still gets its own decision.
	 *
	 * @param data the bytes, owned by the receiver, possibly none
	 */
	record Release(byte[] data) implements Decision {

	}

	/**
	 * Sends bytes that the guest has created as a part of the response body. Buffered
	 * bytes stay buffered. If this is a decision about headers, the headers are sent
	 * first, and the response has a body even if the original has none. At the end of the
	 * stream, the rest of the upstream's body is discarded.
	 *
	 * @param data the bytes, owned by the receiver, possibly none
	 * @param endOfStream whether the response ends after them
	 * @param sent runs when the client's connection has accepted the bytes; thread-safe
	 */
	record Inject(byte[] data, boolean endOfStream, Runnable sent) implements Decision {

	}

	/**
	 * Sends a local response. In a response direction it replaces the upstream's response
	 * if nothing has been sent to the client, and otherwise resets the connection.
	 *
	 * @param response the local response
	 */
	record Respond(LocalResponse response) implements Decision {

	}

	/**
	 * Resets the connection.
	 *
	 * @param reason the reason, for logs
	 */
	record Reset(String reason) implements Decision {

	}

}
