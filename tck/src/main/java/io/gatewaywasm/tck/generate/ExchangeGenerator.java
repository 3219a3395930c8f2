package io.gatewaywasm.tck.generate;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.gatewaywasm.tck.generate.GeneratedExchange.Block;

/**
 * Makes exchanges from a seed: phases, host calls, results, upstreams and clients. Leaves
 * out what ends Envoy's process or what Envoy corrupts: changes of headers that were
 * sent, and bodies whose length was announced.
 */
public final class ExchangeGenerator {

	private static final List<String> BODIES = List.of("hello", "[ hello, { pause: 40 }, world ]",
			"{ repeat: ab, size: 70000 }", "\"\"");

	private static final List<String> ACTIONS = List.of("continue", "continue", "continue", "pause", "2", "3", "4");

	private static final List<String> CHANGES = List.of("add %s x-new 1", "replace %s x-a 2", "remove %s x-a",
			"get %s x-a", "get %s content-length", "replace %s x-b \"\"", "get %s x-none");

	private static final List<String> READS = List.of("body %s", "body %s 0 3", "body-status %s", "property %s.size");

	private static final List<String> EDITS = List.of("set-body %s 0 0 pre", "set-body %s 0 all new",
			"set-body %s end 0 post", "set-body %s 0 2 x");

	private final Random random;

	private final long seed;

	/**
	 * Creates a generator.
	 * @param seed the seed
	 */
	public ExchangeGenerator(long seed) {
		this.seed = seed;
		this.random = new Random(seed);
	}

	/**
	 * Makes exchanges.
	 * @param count how many
	 */
	public List<GeneratedExchange> generate(int count) {
		List<GeneratedExchange> exchanges = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			exchanges.add(exchange(this.seed + "-" + i));
		}
		return exchanges;
	}

	private GeneratedExchange exchange(String name) {
		List<Block> blocks = new ArrayList<>();
		blocks.addAll(direction("request"));
		blocks.addAll(direction("response"));
		if (blocks.stream().anyMatch((block) -> block.lines().stream().anyMatch((line) -> line.startsWith("call ")))) {
			blocks.add(new Block("call_response", List.of("get call :status", "effective stream",
					oneOf(List.of("continue request", "continue response", "reply 403 denied x-by=call")))));
		}
		if (this.random.nextBoolean()) {
			blocks.add(new Block("log", List.of("get response :status")));
		}
		return new GeneratedExchange(name, blocks, request(), upstream(), this.random.nextInt(4) == 0);
	}

	private List<Block> direction(String direction) {
		List<Block> blocks = new ArrayList<>();
		List<String> lines = new ArrayList<>(List.of("remove " + direction + " content-length"));
		some(CHANGES, direction, lines);
		blocks.add(block(direction + "_headers", lines, 6));
		for (String condition : List.of("open", "end")) {
			if (this.random.nextBoolean()) {
				List<String> body = new ArrayList<>();
				some(READS, direction, body);
				if (condition.equals("end")) {
					some(EDITS, direction, body);
				}
				blocks.add(block(direction + "_body " + condition, body, 8));
			}
		}
		return blocks;
	}

	private Block block(String head, List<String> lines, int rarity) {
		int chance = this.random.nextInt(rarity);
		if (chance == 0) {
			lines.add("reply " + oneOf(List.of("200", "401", "403", "503")) + " denied x-by=" + head.charAt(2));
			lines.add("return pause");
		}
		else if (chance == 1) {
			lines.add("call auth :method=GET :path=/auth :authority=auth");
			lines.add("return pause");
		}
		else if (!head.endsWith("end")) {
			lines.add("return " + oneOf(ACTIONS));
		}
		return new Block(head, lines);
	}

	private void some(List<String> templates, String direction, List<String> lines) {
		for (int i = this.random.nextInt(3); i > 0; i--) {
			lines.add(oneOf(templates).formatted(direction));
		}
	}

	private String request() {
		String headers = oneOf(List.of("", ", headers: [ \"x-a: 1\" ]", ", headers: [ \"x-a: 1\", \"x-a: 2\" ]"));
		if (this.random.nextInt(3) == 0) {
			return "{ method: " + oneOf(List.of("GET", "HEAD", "DELETE")) + headers + " }";
		}
		String leave = (this.random.nextInt(12) == 0) ? ", abort-after: 120" : "";
		return "{ body: " + oneOf(BODIES) + ", framing: " + oneOf(List.of("length", "chunked")) + headers + leave
				+ " }";
	}

	private String upstream() {
		int chance = this.random.nextInt(10);
		if (chance == 0) {
			return "{ status: 204, framing: none }";
		}
		String trailers = (chance == 1) ? ", framing: chunked, trailers: [ \"x-t: 1\" ]"
				: ", framing: " + oneOf(List.of("length", "chunked"));
		return "{ status: " + oneOf(List.of("200", "200", "404", "503")) + ", headers: [ \"x-a: 1\" ], body: "
				+ oneOf(BODIES) + trailers + " }";
	}

	private String oneOf(List<String> values) {
		return values.get(this.random.nextInt(values.size()));
	}

}
