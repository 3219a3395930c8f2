package io.gatewaywasm.tck.generate;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import io.gatewaywasm.tck.generate.ScriptGenerator.Feature;

/**
 * Generates exchanges from a seed: phases, host calls, results, upstreams and clients.
 * Every second exchange has one filter, HTTP/1.1 and an upstream that answers; the others
 * have a {@link Variation} of that. Wide exchanges have a grammar with more methods,
 * versions, framings, host calls and failures. The generator leaves out what cannot be
 * compared:
 * <ul>
 * <li>exchanges that end Envoy's process</li>
 * <li>bodies that Envoy corrupts: those with an announced length, or in a direction that
 * is resumed without a pause</li>
 * <li>host calls that depend on how a body is split into parts</li>
 * <li>large bodies from an upstream of HTTP/2, which has no flow control here, and its
 * responses to HEAD</li>
 * <li>areas that are known to differ as a whole: request trailers, and local responses or
 * endless pauses in response bodies, because the gateway sends the headers with the first
 * part</li>
 * </ul>
 */
public final class ExchangeGenerator {

	private static final String LARGE = "{ repeat: ab, size: 70000 }";

	private static final List<String> BODIES = List.of("hello", "[ hello, { pause: 40 }, world ]", LARGE, "\"\"");

	private static final List<String> FAILING_UPSTREAMS = List.of("{ behavior: refuse }", "{ behavior: close }",
			"{ raw: \"nonsense\\r\\n\\r\\n\", close: true }");

	private static final long WIDE = 31;

	private final long seed;

	private final Choice plain;

	private final Choice varied;

	private final Choice wide;

	private final boolean isWide;

	/** Creates a generator. {@code wide} chooses the grammar of wide exchanges. */
	public ExchangeGenerator(long seed, boolean wide) {
		this.isWide = wide;
		this.seed = seed;
		this.plain = new Choice(seed);
		this.varied = new Choice(~seed);
		this.wide = new Choice(WIDE * seed + WIDE);
	}

	/**
	 * Generates {@code count} exchanges. Each name contains the seed, a number and a
	 * checksum, so that different exchanges have different names.
	 */
	public List<GeneratedExchange> generate(int count) {
		List<GeneratedExchange> exchanges = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			boolean isVaried = i % 2 == 1;
			GeneratedExchange exchange = this.isWide ? wide() : isVaried ? varied() : plain();
			String number = this.isWide ? "-w" + i : (isVaried ? "-v" : "-") + i / 2;
			String checksum = Integer.toHexString(exchange.yaml().hashCode());
			exchanges.add(exchange.without(this.seed + number + "-" + checksum, List.of()));
		}
		return exchanges;
	}

	private GeneratedExchange plain() {
		boolean requestBody = this.plain.chance(2, 3);
		GeneratedFilter filter = new ScriptGenerator(this.plain, Set.of()).filter(requestBody);
		return new GeneratedExchange("", List.of(filter), request(this.plain, requestBody, leaving(filter.isStuck())),
				upstream(this.plain, false));
	}

	private GeneratedExchange varied() {
		Choice choice = this.varied;
		Variation variation = choice.oneOf(List.of(Variation.values()));
		boolean requestBody = choice.chance(1, 2);
		ScriptGenerator scripts = new ScriptGenerator(choice, switch (variation) {
			case SECOND_RESPONSE -> Set.of(Feature.SECOND_RESPONSE);
			case PAUSE_OF_ALL -> Set.of(Feature.PAUSE_OF_ALL);
			default -> Set.of();
		});
		List<GeneratedFilter> filters = new ArrayList<>(List.of(scripts.filter(requestBody)));
		if (variation == Variation.CHAIN) {
			filters.add(scripts.filter(requestBody));
		}
		String more = leaving(filters.stream().anyMatch(GeneratedFilter::isStuck));
		return switch (variation) {
			case HTTP_2 -> choice.chance(1, 2)
					? new GeneratedExchange("", filters, request(choice, requestBody, more + ", version: 2"),
							upstream(choice, false))
					: new GeneratedExchange("", filters, request(choice, requestBody, more).replace("HEAD", "GET"),
							upstream(choice, true).replace(LARGE, "hello"));
			case LEAVING_CLIENT -> new GeneratedExchange("", filters,
					request(choice, requestBody, ", abort-after: 200"), "{ body: hello, delay: 700 }");
			case FAILING_UPSTREAM ->
				new GeneratedExchange("", filters, request(choice, requestBody, more), choice.oneOf(FAILING_UPSTREAMS));
			default -> new GeneratedExchange("", filters, request(choice, requestBody, more), upstream(choice, false));
		};
	}

	private GeneratedExchange wide() {
		boolean leaves = this.wide.chance(1, 20);
		GeneratedRequest request = new RequestGrammar(this.wide).request(leaves ? ", abort-after: 700" : "");
		WideScriptGenerator scripts = new WideScriptGenerator(this.wide, request);
		List<GeneratedFilter> filters = new ArrayList<>(List.of(scripts.filter()));
		if (this.wide.chance(1, 3)) {
			filters.add(scripts.filter());
		}
		AnswerGrammar answers = new AnswerGrammar(this.wide);
		return new GeneratedExchange("", filters, request.yaml(),
				answers.upstream(request, leaves ? ", delay: 1800" : ""), answers.callout());
	}

	/** Returns the setting of a client that does not wait for a stuck filter. */
	private static String leaving(boolean stuck) {
		return stuck ? ", abort-after: 2500" : "";
	}

	private static String request(Choice choice, boolean body, String more) {
		String headers = choice.oneOf(List.of("", ", headers: [ \"x-a: 1\" ]", ", headers: [ \"x-a: 1\", \"x-a: 2\" ]"))
				+ more;
		if (!body) {
			return "{ method: " + choice.oneOf(List.of("GET", "HEAD", "DELETE")) + headers + " }";
		}
		String framing = choice.oneOf(List.of("length", "chunked"));
		return "{ body: " + choice.oneOf(BODIES) + ", framing: " + framing + headers + " }";
	}

	private static String upstream(Choice choice, boolean http2) {
		if (choice.chance(1, 10)) {
			return "{ status: 204, framing: none" + (http2 ? ", http2: true" : "") + " }";
		}
		List<String> framings = http2 ? List.of("length", "chunked", "chunked, trailers: [ \"x-t: 1\" ]")
				: List.of("length", "length", "chunked", "chunked", "chunked, trailers: [ \"x-t: 1\" ]", "close");
		String framing = choice.oneOf(framings);
		return "{ status: " + choice.oneOf(List.of("200", "200", "404", "503")) + ", headers: [ \"x-a: 1\" ], body: "
				+ choice.oneOf(BODIES) + ", framing: " + framing + (framing.equals("close") ? ", close: true" : "")
				+ (http2 ? ", http2: true" : "") + " }";
	}

	/** A difference from plain exchanges. */
	private enum Variation {

		/** Two filters. */
		CHAIN,

		/** A callout pauses the whole message: actions 3 and 4. */
		PAUSE_OF_ALL,

		/** Each local response is followed by another one in the same callback. */
		SECOND_RESPONSE,

		/** HTTP/2 on one side. */
		HTTP_2,

		/** An upstream that refuses or closes the connection, or does not speak HTTP. */
		FAILING_UPSTREAM,

		/** A client that disconnects before the upstream answers. */
		LEAVING_CLIENT

	}

}
