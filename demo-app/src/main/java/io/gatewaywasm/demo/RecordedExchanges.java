package io.gatewaywasm.demo;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * The last requests that have an {@code x-request-id}, for the page that shows what
 * became of them.
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
		this.exchanges.put(id, new RecordedExchange(request, null, null));
	}

	synchronized void passed(String id, RecordedRequest forwarded, RecordedResponse answered) {
		this.exchanges.computeIfPresent(id,
				(key, exchange) -> new RecordedExchange(exchange.arrived(), forwarded, answered));
	}

	synchronized @Nullable RecordedExchange find(String id) {
		return this.exchanges.get(id);
	}

}
