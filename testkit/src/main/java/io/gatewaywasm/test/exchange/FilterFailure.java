package io.gatewaywasm.test.exchange;

import java.util.List;

/**
 * The failure that kept the filter from serving an exchange, so that its fail strategy
 * was applied or the host responded with an error. Sending a local response is not a
 * failure.
 *
 * @param reason a {@linkplain io.gatewaywasm.host.spi.FailureReason#tag() failure reason}
 * such as {@code trap} or {@code timeout}, or one of the reasons that only the testkit
 * has: {@code bound}, {@code local-response-too-large}, {@code late-header-change} and
 * {@code misdirected-local-response}
 * @param message a sentence that describes the failure
 * @param guestStack the functions of the filter that were on the stack, innermost first,
 * possibly none
 * @param lastLines the last lines that the filter has logged
 */
public record FilterFailure(String reason, String message, List<String> guestStack, List<String> lastLines) {

	public FilterFailure {
		guestStack = List.copyOf(guestStack);
		lastLines = List.copyOf(lastLines);
	}

	/**
	 * Describes the failure for assertions: message, stack and last lines of the filter.
	 * @return the description
	 */
	@Override
	public String toString() {
		StringBuilder text = new StringBuilder(verb()).append(": ").append(this.message);
		this.guestStack.forEach((function) -> text.append("\n    at ").append(function));
		if (!this.lastLines.isEmpty()) {
			text.append("\n  Its last log lines:");
			this.lastLines.forEach((line) -> text.append("\n    ").append(line));
		}
		return text.toString();
	}

	/** Describes the failure of an exchange as a part of a longer message. */
	String inExchange() {
		return "\n\nIn this exchange " + this;
	}

	private String verb() {
		return switch (this.reason) {
			case "trap" -> "the filter trapped";
			case "exit" -> "the filter exited";
			case "stack-overflow" -> "the filter exhausted its stack";
			case "timeout", "bound" -> "the filter was stopped";
			case "pause-timeout" -> "the filter paused for too long";
			default -> "the filter failed (" + this.reason + ")";
		};
	}

}
