package io.gatewaywasm.demo;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.netty.handler.codec.http.HttpHeaders;

/**
 * Request headers as httpbin shows them: {@code x-hello} as {@code X-Hello}, and several
 * values of one name joined by a comma.
 */
final class CanonicalHeaders {

	private CanonicalHeaders() {
	}

	static Map<String, String> of(HttpHeaders headers) {
		Map<String, String> canonical = new LinkedHashMap<>();
		headers.forEach((header) -> canonical.merge(name(header.getKey()), header.getValue(),
				(first, second) -> first + "," + second));
		return canonical;
	}

	private static String name(String name) {
		return Stream.of(name.split("-", -1)).map(CanonicalHeaders::capitalize).collect(Collectors.joining("-"));
	}

	private static String capitalize(String word) {
		return word.isEmpty() ? word
				: word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1).toLowerCase(Locale.ROOT);
	}

}
