package io.gatewaywasm.host.vm;

import java.util.List;

/**
 * The facts about a guest that explain its failure.
 *
 * @param stack the functions on the guest's stack, innermost first, possibly none
 * @param lines the lines that the guest logged last, oldest first, possibly none
 */
public record GuestReport(List<String> stack, List<String> lines) {

	/** The report of a failure that did not happen inside a guest. */
	public static final GuestReport NONE = new GuestReport(List.of(), List.of());

	private static final String TITLE = "The filter's last lines:";

	private static final String SEPARATOR = " | ";

	public GuestReport {
		stack = List.copyOf(stack);
		lines = List.copyOf(lines);
	}

	/**
	 * Returns the stack and the lines for a log. Each line of the text follows a line
	 * break, so that it can be appended to a sentence.
	 */
	public String details() {
		StringBuilder details = new StringBuilder();
		this.stack.forEach((function) -> details.append("\n    at ").append(function));
		if (!this.lines.isEmpty()) {
			details.append("\n  ").append(TITLE);
			this.lines.forEach((line) -> details.append("\n    ").append(line));
		}
		return details.toString();
	}

	/**
	 * Returns the sentence followed by the guest's last lines, for a place that has only
	 * one line. The newest line is always included, and older ones as long as the text
	 * does not exceed the maximum.
	 */
	public String quotedAfter(String sentence, int maximum) {
		if (this.lines.isEmpty()) {
			return sentence;
		}
		int newest = this.lines.size() - 1;
		String quote = this.lines.get(newest);
		int room = maximum - sentence.length() - TITLE.length() - 2 - SEPARATOR.length();
		for (int i = newest - 1; i >= 0 && quote.length() + this.lines.get(i).length() <= room; i--) {
			quote = this.lines.get(i) + SEPARATOR + quote;
		}
		return sentence + " " + TITLE + " " + quote;
	}

	/** Returns the report with other lines. */
	GuestReport withLines(List<String> guestLog) {
		return new GuestReport(this.stack, guestLog);
	}

}
