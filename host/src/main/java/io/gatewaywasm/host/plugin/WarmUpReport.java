package io.gatewaywasm.host.plugin;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * The result of a warm-up, which makes the JVM compile a filter's code before the first
 * requests.
 *
 * @param streams the number of synthetic streams
 * @param duration the duration
 * @param stopped why the warm-up ended early, or {@code null} if it was complete
 */
public record WarmUpReport(int streams, Duration duration, @Nullable String stopped) {

}
