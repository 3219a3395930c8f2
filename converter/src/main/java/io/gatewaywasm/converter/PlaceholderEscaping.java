package io.gatewaywasm.converter;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Escapes text for properties, in which Spring replaces placeholders.
 */
final class PlaceholderEscaping {

	/** An environment variable in a file of APISIX, with a default value. */
	private static final Pattern APISIX_VARIABLE = Pattern.compile("\\$\\{\\{\\s*(\\w+)\\s*(?::=(.*?))?\\s*}}");

	private PlaceholderEscaping() {
	}

	/** Returns text that Spring does not change. */
	static String literally(String text) {
		return text.replace("${", "\\${");
	}

	/** Returns text of APISIX, of which Spring replaces only environment variables. */
	static String ofApisix(String text) {
		StringBuilder result = new StringBuilder();
		Matcher variable = APISIX_VARIABLE.matcher(text);
		int end = 0;
		while (variable.find()) {
			String value = variable.group(2);
			result.append(literally(text.substring(end, variable.start())))
				.append("${")
				.append(variable.group(1))
				.append((value != null) ? ":" + value : "")
				.append('}');
			end = variable.end();
		}
		return result.append(literally(text.substring(end))).toString();
	}

	/** Returns text of APISIX without its environment variables. */
	static String withoutVariables(String text) {
		return APISIX_VARIABLE.matcher(text).replaceAll("");
	}

	/**
	 * Returns a placeholder for an environment variable, empty if the variable is not
	 * set.
	 */
	static String environmentVariable(String name) {
		return "${" + name + ":}";
	}

}
