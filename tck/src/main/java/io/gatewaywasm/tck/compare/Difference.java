package io.gatewaywasm.tck.compare;

/**
 * Something that two proxies did not do alike.
 *
 * @param where the message and fact, or the filter
 * @param expected what the judge did
 * @param actual what the other proxy did
 */
public record Difference(String where, String expected, String actual) {

	@Override
	public String toString() {
		return this.where + "\n    expected: " + this.expected.replace("\n", "\n              ") + "\n    but was:  "
				+ this.actual.replace("\n", "\n              ");
	}

}
