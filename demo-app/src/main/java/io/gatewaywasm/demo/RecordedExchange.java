package io.gatewaywasm.demo;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A request and its response on both sides of a filter.
 *
 * @param arrived the request as it reached the gateway
 * @param forwarded the request as it reached the upstream, or {@code null} if it did not
 * @param answered the response as it left the upstream, or {@code null} if there was none
 * @param filters the filters that the request entered
 */
record RecordedExchange(RecordedRequest arrived, @Nullable RecordedRequest forwarded,
		@Nullable RecordedResponse answered, List<RecordedFilter> filters) {

}
