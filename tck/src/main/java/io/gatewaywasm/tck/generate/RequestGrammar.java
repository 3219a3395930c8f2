package io.gatewaywasm.tck.generate;

import java.util.ArrayList;
import java.util.List;

/**
 * The requests of wide exchanges.
 */
final class RequestGrammar {

	private static final List<String> METHODS_WITHOUT_BODY = List.of("GET", "GET", "HEAD", "OPTIONS", "DELETE", "PUT");

	private static final List<String> METHODS_WITH_BODY = List.of("POST", "POST", "PUT", "PATCH", "OPTIONS", "DELETE");

	private static final List<String> HEADERS = List.of("", "\"x-a: 1\"", "\"x-a: 1\", \"x-a: 2\"",
			"\"X-A: 1\", \"x-a: 2\", \"X-b:\"", "\"x-a:\"", "\"cookie: a=1\", \"x-a: 1, 2\"",
			"\"te: trailers\", \"x-a: 1\"");

	private static final List<String> BODIES = List.of("hello", "[ hello, { pause: 40 }, world ]",
			"{ repeat: ab, size: 70000 }", "\"\"", "[ { pause: 60 }, hello ]");

	private static final List<String> TRAILERS = List.of("\"x-t: 1\"", "\"x-t: 1\", \"X-T: 2\", \"x-u:\"");

	private final Choice choice;

	RequestGrammar(Choice choice) {
		this.choice = choice;
	}

	/**
	 * Generates a request. {@code more} has further settings, each behind a comma.
	 */
	GeneratedRequest request(String more) {
		Version version = this.choice.oneOf(Version.MIX);
		boolean body = this.choice.chance(1, 2);
		boolean chunked = body && version != Version.HTTP_1_0 && this.choice.chance(1, 2);
		boolean trailers = chunked && this.choice.chance(1, 3);
		boolean expects = body && version == Version.HTTP_1_1 && this.choice.chance(1, 8);
		String method = this.choice.oneOf(body ? METHODS_WITH_BODY : METHODS_WITHOUT_BODY);
		StringBuilder request = new StringBuilder("{ method: ").append(method).append(version.setting);
		List<String> headers = new ArrayList<>(
				List.of(this.choice.oneOf(HEADERS), expects ? "\"expect: 100-continue\"" : ""));
		headers.removeIf(String::isEmpty);
		if (!headers.isEmpty()) {
			request.append(", headers: [ ").append(String.join(", ", headers)).append(" ]");
		}
		if (body) {
			request.append(", body: ").append(this.choice.oneOf(BODIES));
			request.append(", framing: ").append(chunked ? "chunked" : "length");
		}
		if (trailers) {
			request.append(", trailers: [ ").append(this.choice.oneOf(TRAILERS)).append(" ]");
		}
		request.append(more).append(" }");
		boolean again = version == Version.HTTP_1_1 && more.isEmpty() && this.choice.chance(1, 5);
		return new GeneratedRequest(again ? "[ " + request + ", " + second() + " ]" : request.toString(), method, body,
				trailers);
	}

	private String second() {
		return this.choice.oneOf(List.of("{}", "{ method: HEAD }", "{ body: again }",
				"{ body: again, framing: chunked, trailers: [ \"x-t: 1\" ] }"));
	}

	/** A version of HTTP. */
	private enum Version {

		HTTP_1_0(", version: \"1.0\""),

		HTTP_1_1(""),

		HTTP_2(", version: 2");

		static final List<Version> MIX = List.of(HTTP_1_1, HTTP_1_1, HTTP_1_1, HTTP_2, HTTP_1_0);

		private final String setting;

		Version(String setting) {
			this.setting = setting;
		}

	}

}
