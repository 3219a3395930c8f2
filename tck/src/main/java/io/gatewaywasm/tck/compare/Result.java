package io.gatewaywasm.tck.compare;

import java.util.Map;

import io.gatewaywasm.tck.exchange.Observation;

/**
 * The result of one case on one proxy.
 *
 * @param observation the observation with the plugins
 * @param baseline the observation of the same exchange without plugins
 */
public record Result(Observation observation, Observation baseline) {

	private static final Observation ENDED = new Observation(Map.of("proxy", Map.of("process", "ended")), Map.of());

	/** Returns the result of a case that ended the proxy's process. */
	public static Result ended() {
		return new Result(ENDED, ENDED);
	}

	/** Returns whether the case ended the proxy's process. */
	public boolean hasEnded() {
		return this.observation.messages().containsKey("proxy");
	}

}
