package io.gatewaywasm.boot.gateway.exchange;

import java.util.concurrent.atomic.AtomicBoolean;

import io.gatewaywasm.host.spi.FailureReason;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

/**
 * The observation of one stream. Thread-safe; only the first call of {@code end} has an
 * effect.
 */
final class StreamObservation {

	private final Observation observation;

	private final AtomicBoolean ended = new AtomicBoolean();

	StreamObservation(Observation observation) {
		this.observation = observation;
	}

	Observation observation() {
		return this.observation;
	}

	/**
	 * Ends the observation. {@code outcome} is the one of a filter that did not fail, for
	 * which {@code failure} is {@code null}.
	 */
	void end(String outcome, @Nullable FailureReason failure) {
		if (this.ended.compareAndSet(false, true)) {
			this.observation.lowCardinalityKeyValue("outcome", (failure != null) ? "failure" : outcome);
			this.observation.lowCardinalityKeyValue("reason", (failure != null) ? failure.tag() : "none");
			if (failure != null) {
				this.observation.error(new FilterFailedException(failure.tag()));
			}
			this.observation.stop();
		}
	}

	/** The error that the span of a failed stream shows. */
	private static final class FilterFailedException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		FilterFailedException(String reason) {
			super("The Wasm filter failed: " + reason, null, false, false);
		}

	}

}
