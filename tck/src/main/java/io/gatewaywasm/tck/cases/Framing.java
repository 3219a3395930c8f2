package io.gatewaywasm.tck.cases;

/**
 * How the end of a body is marked.
 */
public enum Framing {

	/** The message has no body, and no header announces one. */
	NONE,

	/** By {@code content-length}. */
	LENGTH,

	/** By chunked transfer coding. */
	CHUNKED,

	/** By closing the connection (responses only). */
	CLOSE;

	static Framing of(YamlMapping node, boolean body) {
		String text = node.text("framing", body ? "length" : "none");
		for (Framing framing : values()) {
			if (framing.name().equalsIgnoreCase(text)) {
				return framing;
			}
		}
		throw new CaseFormatException(node.where() + ": '" + text + "' is not a framing");
	}

}
