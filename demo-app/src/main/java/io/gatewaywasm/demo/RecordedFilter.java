package io.gatewaywasm.demo;

import org.jspecify.annotations.Nullable;

/**
 * A filter that a request entered.
 *
 * @param plugin the plugin
 * @param outcome {@code continue}, {@code local_response} or {@code failure};
 * {@code null} until the exchange ends
 * @param reason the reason of a failure, otherwise {@code none}
 */
record RecordedFilter(String plugin, @Nullable String outcome, @Nullable String reason) {

}
