package io.gatewaywasm.host.engine;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Executes random modules and compares results, traps, memories, globals and tables with
 * those that V8 had.
 */
class RandomModulesTests {

	private static final Path GENERATED = Path.of("target/generated");

	/** On a large number of modules, one that is hot takes too long. */
	private static final int HOT_SHARE = Integer.getInteger("engine-spec.hot-share", 10);

	private final JsonMapper mapper = new JsonMapper();

	private final List<String> differences = new ArrayList<>();

	private final Map<String, Integer> counts = new TreeMap<>();

	@ParameterizedTest
	@EnumSource
	void modulesBehaveAsInV8(Execution execution) throws Exception {
		ListedReasons listed = ListedReasons.read(Path.of("differences.tsv"));
		ListedReasons refusals = ListedReasons.read(Path.of("refusals.tsv"));
		try (BufferedReader modules = Files.newBufferedReader(GENERATED.resolve("modules.jsonl"));
				BufferedReader expected = Files.newBufferedReader(GENERATED.resolve("expected.jsonl"))) {
			for (String line = modules.readLine(); line != null; line = modules.readLine()) {
				JsonNode module = this.mapper.readTree(line);
				JsonNode wanted = this.mapper.readTree(expected.readLine());
				long seed = module.get("seed").asLong();
				assertThat(wanted.get("seed").asLong()).isEqualTo(seed);
				if (execution != Execution.HOT || seed % HOT_SHARE == 0) {
					compare(module, wanted, execution, listed, refusals);
				}
			}
		}
		report(execution);
		assertThat(this.differences).isEmpty();
		assertThat(this.counts.get("modules")).isPositive();
	}

	private void report(Execution execution) throws IOException {
		StringBuilder text = new StringBuilder();
		this.counts.forEach((name, count) -> text.append("%s\t%s\t%d%n".formatted(name, execution, count)));
		System.out.println(text);
		Files.writeString(Path.of("target/random-modules-" + execution + ".tsv"), text);
	}

	private void compare(JsonNode module, JsonNode wanted, Execution execution, ListedReasons listed,
			ListedReasons refusals) {
		String seed = "seed " + module.get("seed").asLong() + " " + execution + ": ";
		try {
			RandomModule actual = RandomModule.run(module, execution);
			count("modules");
			String difference = difference(module, wanted, actual);
			if (!difference.isEmpty() && listed.find(seed + difference) == null) {
				this.differences.add(seed + difference);
			}
		}
		catch (ModuleException ex) {
			String reason = refusals.find("random refused: " + ex.getMessage());
			if (reason != null) {
				count("refused: " + reason);
			}
			else {
				this.differences.add(seed + "refused: " + ex.getMessage());
			}
		}
		catch (RuntimeException | Error ex) {
			this.differences.add(seed + "cannot be run: " + ex);
		}
	}

	private String difference(JsonNode module, JsonNode wanted, RandomModule actual) {
		if (!wanted.get("start").asString().equals(actual.start())) {
			return "start: " + wanted.get("start").asString() + ", but was " + actual.start();
		}
		for (int i = 0; i < wanted.get("outcomes").size(); i++) {
			String outcome = wanted.get("outcomes").get(i).asString();
			if (outcome.equals("trap: stack") || actual.outcomes().get(i).equals("trap: stack")) {
				// The depth of a stack is not specified, and what follows depends on it.
				count("ended by an exhausted stack");
				return "";
			}
			count(outcome.startsWith("trap") ? "trapped calls" : "returned calls");
			if (!outcome.equals(actual.outcomes().get(i))) {
				return "call " + i + " of " + module.get("calls").get(i) + ": " + outcome + ", but was "
						+ actual.outcomes().get(i);
			}
			if (!wanted.get("states").get(i).asString().equals(actual.states().get(i))) {
				return "call " + i + " of " + module.get("calls").get(i) + " left "
						+ wanted.get("states").get(i).asString() + ", but was " + actual.states().get(i);
			}
		}
		return "";
	}

	private void count(String what) {
		this.counts.merge(what, 1, Integer::sum);
	}

}
