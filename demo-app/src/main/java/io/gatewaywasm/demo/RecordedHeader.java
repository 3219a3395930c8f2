package io.gatewaywasm.demo;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.StreamSupport;

/**
 * A header at a point of the exchange.
 *
 * @param name the name in lower case
 * @param value the value
 */
record RecordedHeader(String name, String value) {

	static List<RecordedHeader> listOf(Iterable<Map.Entry<String, String>> headers) {
		return StreamSupport.stream(headers.spliterator(), false)
			.map((header) -> new RecordedHeader(header.getKey().toLowerCase(Locale.ROOT), header.getValue()))
			.toList();
	}

}
