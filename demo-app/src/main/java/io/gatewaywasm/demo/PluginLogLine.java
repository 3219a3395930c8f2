package io.gatewaywasm.demo;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * A line that a filter logged.
 *
 * @param number its place among all lines, counted from 1
 * @param time when it was logged
 * @param level the level
 * @param plugin the id of the plugin
 * @param context the id of the filter's context, or {@code null} if there was none
 * @param text the line
 */
record PluginLogLine(long number, Instant time, String level, String plugin, @Nullable String context, String text) {

}
