package io.gatewaywasm.host.abi;

/**
 * Makes text from a guest or a module safe for one line of a log or message, so that a
 * guest can neither forge lines nor fill the log with a single one. Control characters
 * are escaped, including those that some viewers treat as the end of a line, and those
 * that change the text direction. Tabs are kept.
 */
public final class PrintableText {

	/** The maximum number of characters of a name in a message. */
	public static final int NAME = 256;

	/** The maximum number of characters of a message. */
	public static final int MESSAGE = 4096;

	private PrintableText() {
	}

	/**
	 * Escapes and truncates text.
	 * @param text the text
	 * @param maximum the number of characters after which it is truncated, which the
	 * result indicates
	 * @return the text itself if it needs no change
	 */
	public static String of(String text, int maximum) {
		int length = Math.min(text.length(), maximum);
		StringBuilder escaped = null;
		for (int i = 0; i < length; i++) {
			char character = text.charAt(i);
			boolean harmless = isHarmless(character);
			if (!harmless && escaped == null) {
				escaped = new StringBuilder(length + 16).append(text, 0, i);
			}
			if (escaped != null) {
				escaped.append(harmless ? String.valueOf(character) : escape(character));
			}
		}
		String line = (escaped != null) ? escaped.toString() : text.substring(0, length);
		return (text.length() > maximum) ? line + "… (" + text.length() + " characters)" : line;
	}

	private static boolean isHarmless(char character) {
		if (character < 0x7f) {
			return character >= ' ' || character == '\t';
		}
		if (character < 0xa0) {
			return false;
		}
		// Line and paragraph separators; marks, embeddings and isolates that control the
		// direction.
		boolean separates = character == 0x2028 || character == 0x2029;
		boolean directs = character == 0x200e || character == 0x200f || (character >= 0x202a && character <= 0x202e)
				|| (character >= 0x2066 && character <= 0x2069);
		return !separates && !directs;
	}

	private static String escape(char character) {
		return switch (character) {
			case '\n' -> "\\n";
			case '\r' -> "\\r";
			default -> "\\u%04x".formatted((int) character);
		};
	}

}
