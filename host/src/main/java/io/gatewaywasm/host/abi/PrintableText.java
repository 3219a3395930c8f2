package io.gatewaywasm.host.abi;

/**
 * Text of a guest's or a module's making, made fit for one line of a log or a message: a
 * guest must not be able to forge lines, nor to fill the log with one. Control
 * characters, among them those that some viewers take for the end of a line, are written
 * as escapes, and so are those that change the direction of what is read; tabs stay.
 */
public final class PrintableText {

	/** How many characters of a name in a message are enough. */
	public static final int NAME = 256;

	/** How many characters of a message are enough. */
	public static final int MESSAGE = 4096;

	private PrintableText() {
	}

	/**
	 * Escape and cut text.
	 * @param text the text
	 * @param maximum the number of characters after which it is cut, which is then said
	 * @return the text itself if nothing is to be done
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
		// Line and paragraph separators; marks, embeddings and isolates of direction.
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
