package io.gatewaywasm.host.spi;

/**
 * What came of one run of a guest in a phase.
 */
public enum PhaseOutcome {

	/** The stream goes on. */
	CONTINUE,

	/** The stream waits for the guest. */
	PAUSE,

	/** The guest answered itself. */
	REPLY,

	/** The guest failed. */
	ERROR

}
