package io.gatewaywasm.boot.cel;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.cel.common.values.CelByteString;
import io.gatewaywasm.host.abi.HeaderMap;

/**
 * Converts property values to CEL values and back.
 */
final class CelValues {

	private CelValues() {
	}

	/**
	 * Converts a property value to a CEL value.
	 */
	static Object toCel(Object value) {
		if (value instanceof byte[] bytes) {
			return CelByteString.of(bytes);
		}
		if (value instanceof HeaderMap headers) {
			return map(headers);
		}
		return (value instanceof Integer number) ? number.longValue() : value;
	}

	/** Joins the values of a header with commas. */
	private static Map<String, String> map(HeaderMap headers) {
		Map<String, String> map = new LinkedHashMap<>();
		headers.forEach((name, value) -> map.merge(name, value, (one, other) -> one + "," + other));
		return map;
	}

	/**
	 * Converts a CEL value to a property value that can be encoded.
	 */
	static Object fromCel(Object value) {
		if (value instanceof CelByteString bytes) {
			return bytes.toByteArray();
		}
		if (value instanceof List<?> list) {
			return list.stream().map(CelValues::fromCel).toList();
		}
		if (value instanceof Map<?, ?> map) {
			Map<Object, Object> values = new LinkedHashMap<>();
			map.forEach((key, element) -> values.put(fromCel(key), fromCel(element)));
			return values;
		}
		// CEL has a separate class for unsigned numbers.
		return (value instanceof Number number && !(value instanceof Double)) ? number.longValue() : value;
	}

}
