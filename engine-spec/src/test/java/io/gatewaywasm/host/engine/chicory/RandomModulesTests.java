package io.gatewaywasm.host.engine.chicory;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import io.gatewaywasm.host.engine.ModuleException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Executes random modules and compares their results, traps, memories, globals and tables
 * with V8's.
 */
class RandomModulesTests {

	private static final Path GENERATED = Path.of("target/generated");

	/**
	 * The percentage of modules that also run hot. Running all of a large number of
	 * modules hot would take too long.
	 */
	private static final int HOT_SHARE = Integer.getInteger("engine-spec.hot-share", 10);

	/** The percentage of modules that must be compared, whatever refusals are listed. */
	private static final int LEAST_COMPARED = 85;

	/**
	 * The percentage for the interpreter, which does not support blocks with parameters.
	 * A quarter of the modules have such blocks.
	 */
	private static final int LEAST_INTERPRETED = 60;

	private final JsonMapper mapper = new JsonMapper();

	private final List<String> differences = new ArrayList<>();

	private final Map<String, Integer> counts = new TreeMap<>();

	@ParameterizedTest
	@MethodSource
	void modulesBehaveAsInV8(Execution execution) throws Exception {
		int seeds = 0;
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
					seeds++;
					compare(module, wanted, execution, listed, refusals);
				}
			}
		}
		report(execution);
		assertThat(this.differences).isEmpty();
		assertThat(seeds).isPositive();
		assertThat(this.counts.get("modules")).as("modules that were compared, of " + seeds)
			.isGreaterThanOrEqualTo(
					seeds * ((execution == Execution.INTERPRETED) ? LEAST_INTERPRETED : LEAST_COMPARED) / 100);
		assertThat(this.counts.get("returned calls")).isGreaterThan(seeds);
	}

	static Set<Execution> modulesBehaveAsInV8() {
		return Execution.selected();
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
				// The depth of the stack is not specified, and all later results depend
				// on it.
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
