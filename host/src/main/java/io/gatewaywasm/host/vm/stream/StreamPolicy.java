package io.gatewaywasm.host.vm.stream;

import io.gatewaywasm.host.limits.StreamLimits;

/**
 * The settings for the streams of a plugin.
 *
 * @param open whether a failed filter is skipped; otherwise its streams are answered with
 * 503
 * @param headersStopIteration whether body callbacks run while the headers are paused
 * @param limits the limits of each stream
 * @param warnings logs the exchanges that end because of a mistake of the filter
 */
public record StreamPolicy(boolean open, boolean headersStopIteration, StreamLimits limits, StreamWarnings warnings) {

}
