package io.gatewaywasm.demo;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A request and its response on both sides of a filter. {@code forwarded} is the request
 * as it reached the upstream, or {@code null} if it did not. {@code answered} is the
 * response as it left the upstream, or {@code null} if there was none.
 */
record RecordedExchange(RecordedRequest arrived, @Nullable RecordedRequest forwarded,
		@Nullable RecordedResponse answered, List<RecordedFilter> filters) {

}
