package io.gatewaywasm.demo;

import org.jspecify.annotations.Nullable;

/**
 * A filter that a request entered. {@code outcome} is {@code continue},
 * {@code local_response} or {@code failure}; {@code null} until the exchange ends.
 * {@code reason} is the reason of a failure, otherwise {@code none}.
 */
record RecordedFilter(String plugin, @Nullable String outcome, @Nullable String reason) {

}
