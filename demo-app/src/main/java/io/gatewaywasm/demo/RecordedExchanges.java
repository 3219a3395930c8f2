package io.gatewaywasm.demo;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * The last requests with an {@code x-request-id}, for the page.
 */
@Component
final class RecordedExchanges {

	static final String ID_HEADER = "x-request-id";

	private static final int CAPACITY = 50;

	private final Map<String, RecordedExchange> exchanges = new LinkedHashMap<>() {

		@Override
		protected boolean removeEldestEntry(Map.Entry<String, RecordedExchange> eldest) {
			return size() > CAPACITY;
		}

	};

	synchronized void arrived(String id, RecordedRequest request) {
		this.exchanges.put(id, new RecordedExchange(request, null, null, List.of()));
	}

	synchronized void passed(String id, RecordedRequest forwarded, RecordedResponse answered) {
		this.exchanges.computeIfPresent(id,
				(key, exchange) -> new RecordedExchange(exchange.arrived(), forwarded, answered, exchange.filters()));
	}

	/** Replaces an earlier record of the filter. */
	synchronized void entered(String id, RecordedFilter filter) {
		this.exchanges.computeIfPresent(id, (key,
				exchange) -> new RecordedExchange(exchange.arrived(), exchange.forwarded(), exchange.answered(), Stream
					.concat(exchange.filters().stream().filter((known) -> !known.plugin().equals(filter.plugin())),
							Stream.of(filter))
					.toList()));
	}

	synchronized @Nullable RecordedExchange find(String id) {
		return this.exchanges.get(id);
	}

}
