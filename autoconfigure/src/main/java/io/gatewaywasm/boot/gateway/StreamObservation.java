package io.gatewaywasm.boot.gateway;

import java.util.concurrent.atomic.AtomicBoolean;

import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

/**
 * The observation of one stream. Thread-safe; only the first end counts.
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
	 * End the observation.
	 * @param replied whether the filter, or the failure policy, answered the request
	 * @param failure why the failure policy decided, or {@code null} if it did not
	 */
	void end(boolean replied, @Nullable String failure) {
		if (this.ended.compareAndSet(false, true)) {
			this.observation.lowCardinalityKeyValue("outcome",
					(failure != null) ? "failure" : replied ? "reply" : "continue");
			this.observation.lowCardinalityKeyValue("reason", (failure != null) ? failure : "none");
			this.observation.stop();
		}
	}

}
