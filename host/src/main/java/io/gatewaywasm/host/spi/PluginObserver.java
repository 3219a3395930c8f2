package io.gatewaywasm.host.spi;

/**
 * Receives the events of a plugin, for meters. Called on hot paths, so it must be cheap,
 * and it must not throw.
 */
public interface PluginObserver {

	/** Ignores all events. */
	PluginObserver NONE = new PluginObserver() {
	};

	/**
	 * Called when a phase of a stream has run in the guest.
	 * @param phase the phase
	 * @param nanos the time inside the guest and its host calls in nanoseconds
	 * @param outcome the outcome
	 */
	default void phase(StreamPhase phase, long nanos, PhaseOutcome outcome) {
	}

	/**
	 * Called when a stream starts.
	 */
	default void streamStarted() {
	}

	/**
	 * Called when a filter has sent a local response.
	 */
	default void responded() {
	}

	/**
	 * Called when the filter fails.
	 */
	default void failed(FailureReason reason) {
	}

	/**
	 * Called when the guest sets a header of the connection, which is not sent.
	 * @param name the name in lower case, one of a few
	 */
	default void headerNotSent(String name) {
	}

	/**
	 * Called when an HTTP or gRPC callout ends.
	 * @param upstream the name of the upstream
	 * @param outcome {@code response} or {@code failure}
	 * @param nanos the duration in nanoseconds
	 */
	default void callout(String upstream, String outcome, long nanos) {
	}

}
