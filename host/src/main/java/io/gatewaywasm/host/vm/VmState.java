package io.gatewaywasm.host.vm;

/**
 * The states of a {@link Vm}. A VM that is lost or closed is never entered again.
 *
 * <pre>
 *             started    close      fail      end
 *   STARTING  LIVE       CLOSING    LOST      –
 *   LIVE      –          CLOSING    LOST      –
 *   CLOSING   –          –          CLOSED    CLOSED
 *   LOST      –          –          –         –
 *   CLOSED    –          –          –         –
 * </pre>
 */
enum VmState {

	/** The guest runs its start functions and starts its first root context. */
	STARTING,
	/** The VM accepts streams. */
	LIVE,
	/** The contexts are ending. */
	CLOSING,
	/** The guest trapped, the host failed, or a host function did not return. */
	LOST,
	/** The contexts have ended, or the guest failed while they were ending. */
	CLOSED;

	/** Returns the state after an event, or this state if the event has no effect. */
	VmState after(Event event) {
		return switch (event) {
			case STARTED -> (this == STARTING) ? LIVE : this;
			case CLOSE -> (this == STARTING || this == LIVE) ? CLOSING : this;
			case FAIL -> switch (this) {
				case STARTING, LIVE -> LOST;
				case CLOSING -> CLOSED;
				case LOST, CLOSED -> this;
			};
			case END -> (this == CLOSING) ? CLOSED : this;
		};
	}

	/** The events in the life of a VM. */
	enum Event {

		/** The first root context was started. */
		STARTED,
		/** The owner closes the VM. */
		CLOSE,
		/** The guest or the host failed. */
		FAIL,
		/** The last context has ended, or the time for that has passed. */
		END

	}

}
