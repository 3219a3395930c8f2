package io.gatewaywasm.host.engine.chicory;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.gatewaywasm.host.engine.binary.FunctionNames;

/**
 * Finds the function whose compiled method the JVM rejects.
 */
final class RejectedMethodFinder {

	/** The location in the message. Parts of a method have a name that ends like this. */
	private static final Pattern LOCATION = Pattern.compile("func_(\\d{1,9})\\(");

	private RejectedMethodFinder() {
	}

	/**
	 * Returns "in function 12 (its name), ", or an empty string if the error does not
	 * name a method.
	 */
	static String describe(Throwable thrown, FunctionNames names) {
		if (thrown instanceof LinkageError && thrown.getMessage() != null) {
			Matcher location = LOCATION.matcher(thrown.getMessage());
			if (location.find()) {
				return "in " + names.describe(Integer.parseInt(location.group(1))) + ", ";
			}
		}
		return "";
	}

}
