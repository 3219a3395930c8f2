package io.gatewaywasm.host.spi;

/**
 * Is told what a plugin does, for meters. Called on hot paths; must be cheap and must not
 * throw.
 */
public interface PluginObserver {

	/** Observes nothing. */
	PluginObserver NONE = new PluginObserver() {
	};

	/**
	 * A phase of a stream ran in the guest.
	 * @param phase the phase
	 * @param nanos the time inside the guest and its host calls
	 * @param outcome what the guest decided
	 */
	default void phase(StreamPhase phase, long nanos, PhaseOutcome outcome) {
	}

	/**
	 * A stream began.
	 */
	default void streamStarted() {
	}

	/**
	 * A filter answered a stream itself.
	 */
	default void replied() {
	}

	/**
	 * Something failed.
	 * @param reason a low-cardinality word: {@code trap}, {@code timeout},
	 * {@code memory}, {@code overload}, {@code body-buffer}, {@code start}
	 */
	default void failed(String reason) {
	}

	/**
	 * An HTTP or gRPC callout ended.
	 * @param upstream the name of the upstream
	 * @param outcome {@code answer} or {@code failure}
	 * @param nanos the time it took
	 */
	default void callout(String upstream, String outcome, long nanos) {
	}

}
