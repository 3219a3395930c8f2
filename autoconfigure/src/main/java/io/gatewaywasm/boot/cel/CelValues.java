package io.gatewaywasm.boot.cel;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.cel.common.values.CelByteString;
import io.gatewaywasm.host.abi.HeaderMap;

/**
 * Turns the values of properties into those of CEL and back.
 */
final class CelValues {

	private CelValues() {
	}

	/**
	 * Turn the value of a property into one of CEL.
	 * @param value the value of a property
	 * @return the value of CEL
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

	/** Several values of one name are one, joined by commas. */
	private static Map<String, String> map(HeaderMap headers) {
		Map<String, String> map = new LinkedHashMap<>();
		headers.forEach((name, value) -> map.merge(name, value, (one, other) -> one + "," + other));
		return map;
	}

	/**
	 * Turn a value of CEL into one that can be encoded.
	 * @param value the value of CEL
	 * @return the value of a property
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
		// An unsigned number has a class of its own.
		return (value instanceof Number number && !(value instanceof Double)) ? number.longValue() : value;
	}

}
