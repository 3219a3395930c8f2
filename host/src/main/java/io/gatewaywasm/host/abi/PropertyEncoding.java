package io.gatewaywasm.host.abi;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Encodes property values as Envoy does, which is the format that SDKs read: numbers are
 * 64-bit little-endian whatever their Java type, durations and times are nanoseconds,
 * maps and lists are serialized pairs.
 */
public final class PropertyEncoding {

	private PropertyEncoding() {
	}

	/**
	 * Encodes a value.
	 * @param value a {@code String} (UTF-8), {@code byte[]} (as is), {@code Boolean} (one
	 * byte), {@code Long}, {@code Integer} or {@code Double} (8 bytes), {@code Duration}
	 * or {@code Instant} (8 bytes of nanoseconds), {@link HeaderMap} (pairs, names in
	 * lowercase), {@code Map} or {@code List} of such values (pairs, those of a list with
	 * empty values)
	 * @return the encoded value, which for a {@code byte[]} is the same array
	 * @throws IllegalArgumentException if the value is of another type
	 */
	public static byte[] encode(Object value) {
		if (value instanceof CharSequence text) {
			return text.toString().getBytes(StandardCharsets.UTF_8);
		}
		if (value instanceof byte[] bytes) {
			return bytes;
		}
		if (value instanceof Boolean bool) {
			return new byte[] { (byte) (bool ? 1 : 0) };
		}
		if (value instanceof Number number) {
			return encode(number);
		}
		if (value instanceof Duration duration) {
			return encode(nanos(duration.getSeconds(), duration.getNano()));
		}
		if (value instanceof Instant instant) {
			return encode(nanos(instant.getEpochSecond(), instant.getNano()));
		}
		if (value instanceof HeaderMap headers) {
			return new HeaderPairsEncoder().encode(headers).toByteArray();
		}
		if (value instanceof Map<?, ?> map) {
			return encode(map);
		}
		if (value instanceof List<?> list) {
			return encode(list);
		}
		throw new IllegalArgumentException("A property cannot be a " + value.getClass().getName()
				+ ". Use a String, byte[], Long, Integer, Double, Boolean, Duration, Instant, Map, HeaderMap or List.");
	}

	private static byte[] encode(Number number) {
		if (number instanceof Long || number instanceof Integer || number instanceof Short || number instanceof Byte) {
			return encode(number.longValue());
		}
		return encode(Double.doubleToRawLongBits(number.doubleValue()));
	}

	private static byte[] encode(long value) {
		return ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
	}

	private static byte[] encode(Map<?, ?> map) {
		HeaderPairsEncoder encoder = new HeaderPairsEncoder();
		encoder.begin(map.size());
		map.forEach((key, value) -> encoder.append(encode(key), encode(value)));
		return encoder.end(map.size()).toByteArray();
	}

	private static byte[] encode(List<?> list) {
		HeaderPairsEncoder encoder = new HeaderPairsEncoder();
		encoder.begin(list.size());
		list.forEach((element) -> encoder.append(encode(element), new byte[0]));
		return encoder.end(list.size()).toByteArray();
	}

	/**
	 * Converts to nanoseconds. Returns the largest number instead of an overflow, so that
	 * "forever" does not become the past.
	 */
	private static long nanos(long seconds, int nanos) {
		try {
			return Math.addExact(Math.multiplyExact(seconds, 1_000_000_000L), nanos);
		}
		catch (ArithmeticException ex) {
			return (seconds < 0) ? Long.MIN_VALUE : Long.MAX_VALUE;
		}
	}

}
