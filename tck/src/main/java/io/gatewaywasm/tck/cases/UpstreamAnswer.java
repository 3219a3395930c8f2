package io.gatewaywasm.tck.cases;

import java.util.List;

/**
 * What an upstream does with a request.
 *
 * @param behavior the kind of behavior
 * @param status the status
 * @param headers lines {@code name: value}
 * @param body the parts of the body
 * @param framing how the end of the body is marked
 * @param trailers lines {@code name: value}
 * @param raw the bytes to send instead of all of the above; empty for none
 * @param delay milliseconds before the answer
 * @param close whether the upstream closes the connection after the answer
 * @param http2 whether the proxy uses HTTP/2 to the upstream
 * @param tls whether the proxy uses TLS to the upstream
 */
public record UpstreamAnswer(Behavior behavior, int status, List<String> headers, List<MessagePart> body,
		Framing framing, List<String> trailers, List<MessagePart> raw, int delay, boolean close, boolean http2,
		boolean tls) {

	static UpstreamAnswer of(YamlMapping node) {
		List<MessagePart> body = MessagePart.list(node, "body");
		UpstreamAnswer answer = new UpstreamAnswer(Behavior.of(node), node.number("status", 200), node.texts("headers"),
				body, Framing.of(node, true), node.texts("trailers"), MessagePart.list(node, "raw"),
				node.number("delay", 0), node.flag("close"), node.flag("http2"), node.flag("tls"));
		node.finish();
		return answer;
	}

	/**
	 * The kind of behavior of an upstream.
	 */
	public enum Behavior {

		/** Reads the whole request, then answers. */
		ANSWER,

		/** Answers as soon as it has read the headers. */
		EARLY,

		/** Reads the request and never answers. */
		HANG,

		/** Reads the request and closes the connection. */
		CLOSE,

		/** Answers, then resets the connection. */
		RESET,

		/** Refuses connections. */
		REFUSE,

		/** Answers, then echoes all bytes that follow. */
		ECHO,

		/** Accepts a WebSocket and echoes all frames. */
		WEBSOCKET;

		static Behavior of(YamlMapping node) {
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
