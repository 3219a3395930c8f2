package io.gatewaywasm.tck.cases;

import java.util.List;

/**
 * A request that the client sends.
 *
 * @param method the method
 * @param path the request target
 * @param version {@code 1.0}, {@code 1.1} or {@code 2}
 * @param authority the value of the header {@code host}; empty for none
 * @param headers lines {@code name: value}
 * @param body the parts of the body
 * @param framing how the end of the body is marked
 * @param trailers lines {@code name: value}
 * @param raw the bytes to send instead of all of the above; empty for none
 * @param abortAfter milliseconds after the last byte until the client closes the
 * connection, or -1
 * @param at milliseconds after the start of the case until this request is sent on a
 * connection of its own, or -1 to send it after the previous response
 * @param newConnection whether the request is sent on a new connection
 * @param tls whether the connection uses TLS
 * @param ipv6 whether the client connects to the loopback address of IPv6
 */
public record ClientRequest(String method, String path, String version, String authority, List<String> headers,
		List<MessagePart> body, Framing framing, List<String> trailers, List<MessagePart> raw, int abortAfter, int at,
		boolean newConnection, boolean tls, boolean ipv6) {

	static ClientRequest of(YamlMapping node) {
		List<MessagePart> body = MessagePart.list(node, "body");
		boolean hasBody = node.has("body");
		ClientRequest request = new ClientRequest(node.text("method", hasBody ? "POST" : "GET"), node.text("path", "/"),
				node.text("version", "1.1"), node.text("authority", "tck.example"), node.texts("headers"), body,
				Framing.of(node, hasBody), node.texts("trailers"), MessagePart.list(node, "raw"),
				node.number("abort-after", -1), node.number("at", -1), node.flag("new-connection"), node.flag("tls"),
				node.flag("ipv6"));
		node.finish();
		return request;
	}

}
