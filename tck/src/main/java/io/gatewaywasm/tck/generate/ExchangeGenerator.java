package io.gatewaywasm.tck.generate;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.gatewaywasm.tck.generate.GeneratedExchange.Block;

/**
 * Generates exchanges from a seed: phases, host calls, results, upstreams and clients. It
 * leaves out what cannot be judged:
 * <ul>
 * <li>exchanges that end Envoy's process</li>
 * <li>bodies that Envoy corrupts: those with an announced length, or in a direction that
 * is resumed without a pause</li>
 * <li>host calls that depend on how a body is split into parts</li>
 * <li>areas that are known to differ as a whole: request trailers, and local responses or
 * endless pauses in response bodies, because the gateway sends the headers with the first
 * part</li>
 * </ul>
 */
public final class ExchangeGenerator {

	private static final String CALL = "call auth :method=GET :path=/auth :authority=auth";

	private static final List<String> BODIES = List.of("hello", "[ hello, { pause: 40 }, world ]",
			"{ repeat: ab, size: 70000 }", "\"\"");

	private static final List<String> HEADER_CALLS = List.of("add %s x-new 1", "replace %s x-a 2", "remove %s x-a",
			"get %s x-a", "replace %s x-b \"\"", "get %s x-none", "body %s", "set-property my.value 1");

	private static final List<String> BODY_CALLS = List.of("body %s", "body %s 0 3", "body-status %s",
			"set-body %s 0 0 pre", "set-body %s 0 all new", "set-body %s end 0 post", "set-body %s 0 2 x");

	private static final List<String> LATE_CALLS = List.of("get response :status", "get response x-a",
			"get request :path", "say end");

	private final Random random;

	private final long seed;

	private boolean called;

	public ExchangeGenerator(long seed) {
		this.seed = seed;
		this.random = new Random(seed);
	}

	/**
	 * Generates {@code count} exchanges. Each name contains the seed, a number and a
	 * checksum, so that different exchanges have different names.
	 */
	public List<GeneratedExchange> generate(int count) {
		List<GeneratedExchange> exchanges = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			GeneratedExchange exchange = exchange();
			String checksum = Integer.toHexString(exchange.yaml().hashCode());
			exchanges.add(exchange.without(this.seed + "-" + i + "-" + checksum, List.of()));
		}
		return exchanges;
	}

	private GeneratedExchange exchange() {
		boolean requestBody = chance(2, 3);
		this.called = false;
		List<Block> blocks = new ArrayList<>(direction("request", requestBody));
		blocks.addAll(direction("response", true));
		blocks.stream()
			.filter((block) -> block.lines().contains(CALL))
			.findFirst()
			.map((block) -> callResponse(block.head()))
			.ifPresent(blocks::add);
		if (chance(1, 2)) {
			blocks.add(new Block("log", new ArrayList<>(List.of(oneOf(LATE_CALLS)))));
		}
		boolean stuck = blocks.stream()
			.anyMatch((block) -> block.lines().contains("return pause")
					&& block.lines().stream().noneMatch((line) -> line.equals(CALL) || line.startsWith("reply "))
					&& !block.head().endsWith("_body open"));
		// If only the headers are paused, the callout and the paused message race.
		boolean hold = chance(1, 4) && blocks.stream()
			.noneMatch((block) -> block.head().endsWith("_headers") && block.lines().contains(CALL));
		return new GeneratedExchange("", blocks, request(requestBody, stuck), upstream(), hold);
	}

	private Block callResponse(String phase) {
		List<String> lines = new ArrayList<>(List.of("effective stream"));
		if (chance(1, 2)) {
			lines.add(oneOf(List.of("get call :status", "get call x-a", "body call")));
		}
		boolean goesOn = phase.startsWith("response_body") || chance(2, 3);
		lines.add(goesOn ? "continue " + phase.substring(0, phase.indexOf('_')) : "reply 403 denied x-by=call");
		return new Block("call_response", lines);
	}

	private List<Block> direction(String direction, boolean body) {
		List<Block> blocks = new ArrayList<>();
		List<String> lines = new ArrayList<>(List.of("remove " + direction + " content-length"));
		some(HEADER_CALLS, direction, lines);
		blocks.add(end(direction + "_headers", lines, 6, List.of("continue", "continue", "continue", "continue", "2")));
		if (!body || chance(1, 3)) {
			return blocks;
		}
		List<String> last = new ArrayList<>();
		if (chance(2, 3)) {
			// What host calls see of a body that is passed on depends on its parts.
			blocks.add(new Block(direction + "_body open", new ArrayList<>(List.of("return pause"))));
			some(BODY_CALLS, direction, last);
		}
		blocks.add(end(direction + "_body end", last, 8, List.of("continue")));
		return blocks;
	}

	private Block end(String head, List<String> lines, int rarity, List<String> actions) {
		int chance = this.random.nextInt(rarity);
		boolean sent = head.startsWith("response_body");
		if (chance == 0 && !sent) {
			lines.add("reply " + oneOf(List.of("200", "401", "403", "503")) + " denied x-by=" + head);
			lines.add("return " + oneOf(List.of("pause", "pause", "continue")));
		}
		else if (chance == 1 && !this.called) {
			this.called = true;
			lines.add(CALL);
			lines.add("return pause");
		}
		else {
			lines.add("return " + ((!sent && chance(1, 40)) ? "pause" : oneOf(actions)));
		}
		return new Block(head, lines);
	}

	private void some(List<String> templates, String direction, List<String> lines) {
		for (int i = this.random.nextInt(4); i > 0; i--) {
			lines.add(oneOf(templates).formatted(direction));
		}
	}

	private String request(boolean body, boolean leaves) {
		String headers = oneOf(List.of("", ", headers: [ \"x-a: 1\" ]", ", headers: [ \"x-a: 1\", \"x-a: 2\" ]"))
				+ (leaves ? ", abort-after: 2500" : "");
		if (!body) {
			return "{ method: " + oneOf(List.of("GET", "HEAD", "DELETE")) + headers + " }";
		}
		String framing = oneOf(List.of("length", "chunked"));
		return "{ body: " + oneOf(BODIES) + ", framing: " + framing + headers + " }";
	}

	private String upstream() {
		if (chance(1, 10)) {
			return "{ status: 204, framing: none }";
		}
		String framing = oneOf(
				List.of("length", "length", "chunked", "chunked", "chunked, trailers: [ \"x-t: 1\" ]", "close"));
		return "{ status: " + oneOf(List.of("200", "200", "404", "503")) + ", headers: [ \"x-a: 1\" ], body: "
				+ oneOf(BODIES) + ", framing: " + framing + (framing.equals("close") ? ", close: true" : "") + " }";
	}

	private boolean chance(int times, int outOf) {
		return this.random.nextInt(outOf) < times;
	}

	private <T> T oneOf(List<T> values) {
		return values.get(this.random.nextInt(values.size()));
	}

}
