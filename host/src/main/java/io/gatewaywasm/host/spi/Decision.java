package io.gatewaywasm.host.spi;

/**
 * What the gateway shall do next with one direction of a stream. Each call into a phase
 * is answered by exactly one decision, at once or, when the filter pauses, later; nothing
 * is decided means nothing is to be done. A body direction may in addition get a
 * {@link Release} that no chunk asked for, when a paused filter resumes.
 */
public sealed interface Decision {

	/** Send the headers (or trailers) on. */
	record Continue() implements Decision {

		/** The only instance needed. */
		public static final Continue INSTANCE = new Continue();

	}

	/**
	 * Hold the headers back, but give the body to the filter chunk by chunk: the first
	 * {@link Forward} or {@link Release} releases headers and data.
	 */
	record HoldHeaders() implements Decision {

		/** The only instance needed. */
		public static final HoldHeaders INSTANCE = new HoldHeaders();

	}

	/** Give the next chunk of the body; nothing is to be sent on yet. */
	record More() implements Decision {

		/** The only instance needed. */
		public static final More INSTANCE = new More();

	}

	/**
	 * Send bytes of the body on, then give the next chunk.
	 *
	 * @param data the bytes, owned by the receiver, possibly none
	 * @param endOfStream whether this is the end of the body
	 */
	record Forward(byte[] data, boolean endOfStream) implements Decision {

	}

	/**
	 * Send bytes on although no chunk asked: the filter let go of what it had held back.
	 * The chunk that is perhaps on its way gets its own decision.
	 *
	 * @param data the bytes, owned by the receiver, possibly none
	 */
	record Release(byte[] data) implements Decision {

	}

	/**
	 * Answer with this reply. In a response it replaces what the upstream sent, as long
	 * as nothing was sent to the client; after that it is a reset.
	 *
	 * @param reply the reply
	 */
	record Reply(LocalReply reply) implements Decision {

	}

	/**
	 * Cut the connection.
	 *
	 * @param reason why, for logs
	 */
	record Reset(String reason) implements Decision {

	}

}
