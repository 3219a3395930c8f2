package io.gatewaywasm.host.engine.binary;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Demangles Rust symbols into readable paths, without implementing the whole grammar.
 */
final class RustSymbols {

	private static final Map<String, String> ESCAPES = Map.ofEntries(Map.entry("$LT$", "<"), Map.entry("$GT$", ">"),
			Map.entry("$RF$", "&"), Map.entry("$BP$", "*"), Map.entry("$SP$", "@"), Map.entry("$LP$", "("),
			Map.entry("$RP$", ")"), Map.entry("$C$", ","), Map.entry("$u20$", " "), Map.entry("$u27$", "'"),
			Map.entry("$u5b$", "["), Map.entry("$u5d$", "]"), Map.entry("$u7b$", "{"), Map.entry("$u7d$", "}"),
			Map.entry("$u7e$", "~"));

	private static final int HASH = 17;

	private RustSymbols() {
	}

	/**
	 * Returns the path that a symbol stands for, or the symbol itself if it is not a
	 * mangled Rust symbol.
	 */
	static String demangle(String symbol) {
		if (symbol.startsWith("_ZN")) {
			return legacy(symbol);
		}
		return (symbol.startsWith("_R") && !symbol.contains(" ")) ? v0(symbol) : symbol;
	}

	private static String legacy(String symbol) {
		List<String> parts = new ArrayList<>();
		int position = 3;
		while (position < symbol.length() && Character.isDigit(symbol.charAt(position))) {
			int digits = position;
			while (digits < symbol.length() && Character.isDigit(symbol.charAt(digits))) {
				digits++;
			}
			int length = length(symbol, position, digits);
			if (length < 0) {
				return symbol;
			}
			parts.add(symbol.substring(digits, digits + length));
			position = digits + length;
		}
		if (parts.size() > 1 && isHash(parts.get(parts.size() - 1))) {
			parts.remove(parts.size() - 1);
		}
		return parts.isEmpty() ? symbol : unescape(String.join("::", parts));
	}

	/** Returns the identifiers of the path, without types, generics and hashes. */
	private static String v0(String symbol) {
		List<String> parts = new ArrayList<>();
		int position = 2;
		while (position < symbol.length()) {
			char c = symbol.charAt(position);
			if (c == 's' || c == 'B') {
				int end = symbol.indexOf('_', position);
				position = ((end < 0) ? position : end) + 1;
			}
			else if (c > '0' && c <= '9') {
				int digits = position;
				while (digits < symbol.length() && Character.isDigit(symbol.charAt(digits))) {
					digits++;
				}
				int length = length(symbol, position, digits);
				int start = digits;
				if (start < symbol.length() && symbol.charAt(start) == '_') {
					start++;
				}
				if (length < 0 || start + length > symbol.length()) {
					return symbol;
				}
				parts.add(symbol.substring(start, start + length));
				position = start + length;
			}
			else {
				position++;
			}
		}
		return parts.isEmpty() ? symbol : String.join("::", parts);
	}

	private static int length(String symbol, int start, int end) {
		if (end - start > 5) {
			return -1;
		}
		int length = Integer.parseInt(symbol, start, end, 10);
		return (end + length <= symbol.length()) ? length : -1;
	}

	private static boolean isHash(String part) {
		return part.length() == HASH && part.charAt(0) == 'h'
				&& part.chars().skip(1).allMatch((c) -> Character.digit(c, 16) >= 0);
	}

	private static String unescape(String path) {
		String result = path;
		for (Map.Entry<String, String> escape : ESCAPES.entrySet()) {
			result = result.replace(escape.getKey(), escape.getValue());
		}
		result = result.replace("..", "::");
		return result.startsWith("_<") ? result.substring(1) : result;
	}

}
