package io.gatewaywasm.demo;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * A line that a filter logged. {@code number} is the number among all lines, from 1.
 * {@code context} is the id of the filter's context, or {@code null} outside of contexts.
 */
record PluginLogLine(long number, Instant time, String level, String plugin, @Nullable String context, String text) {

}
