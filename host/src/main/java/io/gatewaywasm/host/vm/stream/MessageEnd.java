package io.gatewaywasm.host.vm.stream;

/**
 * The part of a message that arrived last, and whether it was the end of the message.
 */
enum MessageEnd {

	/** More parts follow. */
	OPEN,

	/** The message ended with its headers. */
	HEADERS,

	/** The message ended with its headers, and a body that the guest injects follows. */
	INJECTED_BODY,

	/** The message ended with its body. */
	BODY,

	/** The message ended with its body, and the decision about it was made. */
	BODY_DECIDED,

	/** The message ended with trailers that were not shown to the guest. */
	KEPT_TRAILERS,

	/** The message ended with trailers that were shown to the guest. */
	TRAILERS,

	/** The message ended with trailers, and the decision about them was made. */
	TRAILERS_DECIDED;

	/** Returns whether no part follows. */
	boolean isReached() {
		return this != OPEN && this != INJECTED_BODY;
	}

	/**
	 * Returns whether the decision about the last part was made, so that it cannot be
	 * changed.
	 */
	boolean isDecided() {
		return this == BODY_DECIDED || this == TRAILERS_DECIDED;
	}

	/** Returns whether trailers were shown to the guest. */
	boolean hasTrailers() {
		return this == TRAILERS || this == TRAILERS_DECIDED;
	}

	/** Returns the end after the decision about the part that arrived last. */
	MessageEnd afterDecision() {
		return switch (this) {
			case BODY -> BODY_DECIDED;
			case TRAILERS -> TRAILERS_DECIDED;
			case OPEN, HEADERS, INJECTED_BODY, BODY_DECIDED, KEPT_TRAILERS, TRAILERS_DECIDED -> this;
		};
	}

	/** Returns whether the message arrived without a body. */
	boolean isBodyless() {
		return this == HEADERS || this == INJECTED_BODY;
	}

	/**
	 * Returns the end after the arrival of a part. {@code last} says whether no part
	 * follows.
	 */
	MessageEnd after(MessagePart part, boolean last) {
		if (isBodyless()) {
			return last ? HEADERS : INJECTED_BODY;
		}
		if (!last) {
			return OPEN;
		}
		return switch (part) {
			case HEADERS -> HEADERS;
			case BODY -> BODY;
			case TRAILERS -> KEPT_TRAILERS;
		};
	}

}
