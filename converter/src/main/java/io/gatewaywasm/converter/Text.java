package io.gatewaywasm.converter;

/**
 * Escapes text for properties, in which Spring replaces placeholders.
 */
final class Text {

	private Text() {
	}

	/** Returns text that Spring does not change. */
	static String literally(String text) {
		return text.replace("${", "\\${");
	}

	/**
	 * Returns a placeholder for an environment variable, empty if the variable is not
	 * set.
	 */
	static String environmentVariable(String name) {
		return "${" + name + ":}";
	}

}
