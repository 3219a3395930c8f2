package io.gatewaywasm.boot.gateway.attributes;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import io.gatewaywasm.host.abi.HeaderMap;
import org.jspecify.annotations.Nullable;

/**
 * Headers as an attribute: a map with one entry per lower-case name. The values of a
 * repeated header are joined by commas.
 */
final class HeaderProperties {

	private HeaderProperties() {
	}

	static Map<String, String> map(HeaderMap headers) {
		Map<String, String> map = new LinkedHashMap<>();
		headers.forEach(
				(name, value) -> map.merge(name.toLowerCase(Locale.ROOT), value, (one, other) -> one + "," + other));
		return map;
	}

	static @Nullable String value(HeaderMap headers, String name) {
		if (name.startsWith(":") || name.equalsIgnoreCase("host")) {
			return headers.get(name);
		}
		return map(headers).get(name.toLowerCase(Locale.ROOT));
	}

	static long bytes(HeaderMap headers) {
		long[] bytes = { 0 };
		headers.forEach((name, value) -> bytes[0] += name.length() + value.length());
		return bytes[0];
	}

}
