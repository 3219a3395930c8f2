package io.gatewaywasm.tck.exchange;

import java.util.List;
import java.util.Map;

/**
 * What was seen of one case on one proxy.
 *
 * @param messages facts by message ({@code client 1}, {@code upstream 1}, {@code auth 1})
 * and name
 * @param guests the lines that each guest logged, by position in the chain
 */
public record Observation(Map<String, Map<String, String>> messages, Map<String, List<String>> guests) {
}
