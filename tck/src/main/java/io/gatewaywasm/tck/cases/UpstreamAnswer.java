package io.gatewaywasm.tck.cases;

import java.util.List;

/**
 * What an upstream does with a request.
 *
 * @param behavior what it does in principle
 * @param status the status
 * @param headers lines {@code name: value}
 * @param body the parts of the body
 * @param framing how the end of the body is told
 * @param trailers lines {@code name: value}
 * @param raw the bytes to send instead, empty for none
 * @param delay milliseconds before it answers
 * @param close whether it closes the connection when it has answered
 */
public record UpstreamAnswer(Behavior behavior, int status, List<String> headers, List<Part> body, Framing framing,
		List<String> trailers, List<Part> raw, int delay, boolean close) {

	static UpstreamAnswer of(Node node) {
		List<Part> body = Part.list(node, "body");
		UpstreamAnswer answer = new UpstreamAnswer(Behavior.of(node), node.number("status", 200), node.texts("headers"),
				body, Framing.of(node, true), node.texts("trailers"), Part.list(node, "raw"), node.number("delay", 0),
				node.flag("close"));
		node.finish();
		return answer;
	}

	/**
	 * What an upstream does in principle.
	 */
	public enum Behavior {

		/** Reads the request to its end and answers. */
		ANSWER,

		/** Answers when it has read the headers. */
		EARLY,

		/** Reads the request and never answers. */
		HANG,

		/** Reads the request and closes the connection. */
		CLOSE,

		/** Sends the answer and then resets the connection. */
		RESET,

		/** Does not listen. */
		REFUSE,

		/** Answers and then sends back all bytes that follow. */
		ECHO;

		static Behavior of(Node node) {
			String text = node.text("behavior", "answer");
			for (Behavior behavior : values()) {
				if (behavior.name().equalsIgnoreCase(text)) {
					return behavior;
				}
			}
			throw new CaseFormatException(node.where() + ": '" + text + "' is not a behavior");
		}

	}

}
