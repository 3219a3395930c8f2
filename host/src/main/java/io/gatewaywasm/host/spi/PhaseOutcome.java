package io.gatewaywasm.host.spi;

/**
 * The outcome of running a guest in a phase.
 */
public enum PhaseOutcome {

	/** The stream continues. */
	CONTINUE,

	/** The guest has paused the stream. */
	PAUSE,

	/** The guest has sent a local response. */
	LOCAL_RESPONSE,

	/** The guest has failed. */
	ERROR

}
