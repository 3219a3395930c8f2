package io.gatewaywasm.tck.generate;

import java.util.List;

/**
 * The answers of the upstream and of the callout in wide exchanges.
 */
final class AnswerGrammar {

	private static final List<String> HEADERS = List.of("\"x-a: 1\"", "\"x-a: 1\", \"x-a: 2\"",
			"\"X-A: 1\", \"x-a: 2\", \"X-b:\"", "\"x-a:\"", "\"set-cookie: a=1\", \"set-cookie: b=2\", \"x-a: 1\"",
			"\"content-type: text/plain\", \"etag: \\\"1\\\"\"");

	private static final List<String> BODIES = List.of("hello", "[ hello, { pause: 40 }, world ]",
			"{ repeat: ab, size: 70000 }", "\"\"", "[ { pause: 60 }, hello ]");

	private static final List<String> FRAMINGS = List.of("framing: length", "framing: length", "framing: chunked",
			"framing: chunked", "framing: chunked, trailers: [ \"x-t: 1\" ]",
			"framing: chunked, trailers: [ \"x-t: 1\", \"X-T: 2\", \"x-u:\" ]", "framing: close, close: true",
			"framing: length, close: true");

	private static final List<String> HTTP2_FRAMINGS = List.of("framing: length", "framing: chunked",
			"framing: chunked, trailers: [ \"x-t: 1\", \"x-u:\" ]");

	private static final List<String> INTERIM = List.of("HTTP/1.1 100 Continue\\r\\n\\r\\n",
			"HTTP/1.1 103 Early Hints\\r\\nlink: </a>\\r\\n\\r\\n",
			"HTTP/1.1 100 Continue\\r\\n\\r\\nHTTP/1.1 103 Early Hints\\r\\nx-a: 3\\r\\n\\r\\n");

	private static final List<String> CALLOUTS = List.of("{ body: ok, delay: 15 }", "{ body: ok, delay: 15 }",
			"{ status: 403, headers: [ \"x-a: 1\" ], body: no, framing: chunked, trailers: [ \"x-ct: 1\" ] }",
			"{ status: 204, framing: none }", "{ behavior: refuse }", "{ behavior: close }", "{ behavior: hang }",
			"{ raw: \"nonsense\\r\\n\\r\\n\", close: true }");

	private final Choice choice;

	AnswerGrammar(Choice choice) {
		this.choice = choice;
	}

	/** Generates an answer of the upstream to a request. */
	String upstream(GeneratedRequest request, String more) {
		boolean http2 = this.choice.chance(1, 8) && !request.yaml().contains("HEAD");
		String headers = "headers: [ " + this.choice.oneOf(HEADERS) + " ]";
		String protocol = http2 ? ", http2: true }" : " }";
		if (this.choice.chance(1, 6)) {
			return "{ status: " + this.choice.oneOf(List.of("204", "304")) + ", framing: none, " + headers + more
					+ protocol;
		}
		if (!http2 && more.isEmpty() && !request.yaml().startsWith("[") && this.choice.chance(1, 10)) {
			boolean head = request.yaml().contains("HEAD");
			return "{ raw: \"" + this.choice.oneOf(INTERIM)
					+ "HTTP/1.1 200 OK\\r\\ncontent-length: 5\\r\\nx-a: 1\\r\\n\\r\\n" + (head ? "" : "hello")
					+ "\", close: true }";
		}
		String body = this.choice.oneOf(BODIES);
		return "{ status: " + this.choice.oneOf(List.of("200", "200", "301", "404", "503")) + ", " + headers + more
				+ ", body: " + (http2 ? body.replace("70000", "30000") : body) + ", "
				+ this.choice.oneOf(http2 ? HTTP2_FRAMINGS : FRAMINGS) + protocol;
	}

	/** Generates an answer of the callout's upstream, or a failure of it. */
	String callout() {
		return this.choice.oneOf(CALLOUTS);
	}

}
