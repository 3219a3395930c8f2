package io.gatewaywasm.host.plugin;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * What was done so that the first requests do not meet code that the JVM has not compiled
 * yet.
 *
 * @param streams how many made-up streams the filter saw
 * @param duration the time that took
 * @param stopped why it did not see as many as were wanted, or {@code null} if it did
 */
public record WarmUpReport(int streams, Duration duration, @Nullable String stopped) {

}
