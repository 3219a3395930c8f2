package io.gatewaywasm.tck.compare;

import java.util.regex.Pattern;

/**
 * A difference between two proxies.
 *
 * @param where the message and fact, or the filter
 * @param expected what the reference did
 * @param actual what the other proxy did
 */
public record Difference(String where, String expected, String actual) {

	static final String MESSAGE = "a message";

	static final String NO_MESSAGE = "no message";

	private static final Pattern SERVER_ERROR = Pattern.compile("5[0-9][0-9]");

	/**
	 * Returns whether the other proxy lost, duplicated or truncated a message, or failed
	 * where the reference did not. Only a symptom that names the case and has all
	 * patterns explains such a difference.
	 */
	public boolean isSerious() {
		if (this.expected.equals(NO_MESSAGE) || this.actual.equals(NO_MESSAGE)) {
			return true;
		}
		if (this.where.endsWith(": end")) {
			return !this.actual.equals("complete");
		}
		return this.where.endsWith(": start") && SERVER_ERROR.matcher(this.actual).matches()
				&& !SERVER_ERROR.matcher(this.expected).matches();
	}

	/**
	 * Returns whether the difference cannot be explained: the proxy's process ended, or
	 * the result to compare with is missing.
	 */
	public boolean isFatal() {
		return this.where.equals("proxy") || this.where.equals("reference");
	}

	@Override
	public String toString() {
		return this.where + "\n    expected: " + this.expected.replace("\n", "\n              ") + "\n    but was:  "
				+ this.actual.replace("\n", "\n              ");
	}

}
