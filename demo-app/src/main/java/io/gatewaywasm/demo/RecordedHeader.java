package io.gatewaywasm.demo;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.StreamSupport;

/**
 * A header at a point of the exchange. {@code name} is the name in lower case.
 */
record RecordedHeader(String name, String value) {

	static List<RecordedHeader> listOf(Iterable<Map.Entry<String, String>> headers) {
		return StreamSupport.stream(headers.spliterator(), false)
			.map((header) -> new RecordedHeader(header.getKey().toLowerCase(Locale.ROOT), header.getValue()))
			.toList();
	}

}
