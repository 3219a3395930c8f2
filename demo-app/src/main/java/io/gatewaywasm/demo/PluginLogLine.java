package io.gatewaywasm.demo;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * A line that a filter logged.
 *
 * @param number the number among all lines, from 1
 * @param time the time of the line
 * @param level the level
 * @param plugin the id of the plugin
 * @param context the id of the filter's context, or {@code null} outside of contexts
 * @param text the line
 */
record PluginLogLine(long number, Instant time, String level, String plugin, @Nullable String context, String text) {

}
