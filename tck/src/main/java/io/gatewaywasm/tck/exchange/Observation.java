package io.gatewaywasm.tck.exchange;

import java.util.List;
import java.util.Map;

/**
 * The observation of one case on one proxy.
 *
 * @param messages facts by message ({@code client 1}, {@code upstream 1}, {@code auth 1})
 * and name
 * @param guests the lines that each guest logged, by position in the chain
 * @param calls the lines of each guest's call trace; empty if the proxy has no trace
 */
public record Observation(Map<String, Map<String, String>> messages, Map<String, List<String>> guests,
		Map<String, List<String>> calls) {

	/** Creates an observation without call traces. */
	public Observation(Map<String, Map<String, String>> messages, Map<String, List<String>> guests) {
		this(messages, guests, Map.of());
	}

}
