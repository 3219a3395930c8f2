package io.gatewaywasm.host.engine.chicory;

import java.util.Locale;

import com.dylibso.chicory.wasm.types.Value;
import tools.jackson.databind.JsonNode;

/**
 * Converts arguments and results between the scripts' format and the engine's.
 */
final class SpecValue {

	private static final int CANONICAL = 0x7fc0_0000;

	private static final int QUIET = 0x0040_0000;

	private static final long LONG_CANONICAL = 0x7ff8_0000_0000_0000L;

	private static final long LONG_QUIET = 0x0008_0000_0000_0000L;

	private SpecValue() {
	}

	/** Returns whether the engine supports the types of these values. */
	static boolean areKnown(JsonNode values) {
		for (JsonNode value : values) {
			String type = value.get("type").asString();
			if (type.equals("other") || (type.equals("either") && !areKnown(value.get("of")))) {
				return false;
			}
		}
		return true;
	}

	/** Returns the bits of a script's arguments. */
	static long[] arguments(JsonNode arguments) {
		long[] bits = new long[arguments.size()];
		for (int i = 0; i < bits.length; i++) {
			String type = arguments.get(i).get("type").asString();
			bits[i] = type.equals("null") || type.equals("reference") ? Value.REF_NULL_VALUE
					: Long.parseLong(arguments.get(i).get("bits").asString());
		}
		return bits;
	}

	/** Returns whether the results are as expected. */
	static boolean matches(JsonNode expected, long[] actual) {
		if (expected.size() != actual.length) {
			return false;
		}
		for (int i = 0; i < actual.length; i++) {
			if (!matches(expected.get(i), actual[i])) {
				return false;
			}
		}
		return true;
	}

	private static boolean matches(JsonNode expected, long actual) {
		String type = expected.get("type").asString();
		if (type.equals("either")) {
			for (JsonNode choice : expected.get("of")) {
				if (matches(choice, actual)) {
					return true;
				}
			}
			return false;
		}
		String bits = expected.get("bits").asString();
		return switch (type) {
			case "i32" -> (int) actual == Integer.parseInt(bits);
			case "i64", "extern" -> actual == Long.parseLong(bits);
			case "f32" -> matchesFloat(bits, (int) actual);
			case "f64" -> matchesDouble(bits, actual);
			case "null" -> actual == Value.REF_NULL_VALUE;
			case "reference" -> actual != Value.REF_NULL_VALUE;
			default -> throw new IllegalArgumentException(type);
		};
	}

	private static boolean matchesFloat(String expected, int actual) {
		return switch (expected) {
			case "canonical" -> (actual & Integer.MAX_VALUE) == CANONICAL;
			case "arithmetic" -> Float.isNaN(Float.intBitsToFloat(actual)) && (actual & QUIET) != 0;
			default -> actual == Integer.parseInt(expected);
		};
	}

	private static boolean matchesDouble(String expected, long actual) {
		return switch (expected) {
			case "canonical" -> (actual & Long.MAX_VALUE) == LONG_CANONICAL;
			case "arithmetic" -> Double.isNaN(Double.longBitsToDouble(actual)) && (actual & LONG_QUIET) != 0;
			default -> actual == Long.parseLong(expected);
		};
	}

	static String describe(long[] values) {
		StringBuilder text = new StringBuilder();
		for (long value : values) {
			text.append(String.format(Locale.ROOT, " 0x%x", value));
		}
		return text.isEmpty() ? "nothing" : text.substring(1);
	}

}
