package io.gatewaywasm.host.vm.stream;

import io.gatewaywasm.host.limits.MemoryBudget;
import io.gatewaywasm.host.limits.StreamLimits;

/**
 * The settings for the streams of a plugin.
 *
 * @param open whether a failed filter is skipped; otherwise its streams are answered with
 * 503
 * @param headersStopIteration whether body callbacks run while the headers are paused
 * @param limits the limits of each stream
 * @param bodies the memory for bodies that are buffered for the plugin, a part of that
 * for all plugins
 * @param warnings logs the exchanges that end because of a mistake of the filter
 */
public record StreamPolicy(boolean open, boolean headersStopIteration, StreamLimits limits, MemoryBudget bodies,
		StreamWarnings warnings) {

}
