package io.gatewaywasm.host.engine.chicory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.gatewaywasm.host.engine.CompiledModule;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.opentest4j.TestAbortedException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs the WebAssembly specification's tests: each script once per {@link Execution}.
 */
class SpecificationTests {

	private static final Path SUITE = Path.of("target/generated/suite");

	/** Selects tests, for example {@code "f32.* HOT"}. An empty string selects all. */
	private static final String SELECTED = System.getProperty("engine-spec.tests", "");

	private final JsonMapper mapper = new JsonMapper();

	private final SpecTotals totals = new SpecTotals();

	@TestFactory
	Stream<DynamicTest> everyAssertionHolds() throws IOException {
		ListedReasons refusals = ListedReasons.read(Path.of("refusals.tsv"));
		ListedReasons differences = ListedReasons.read(Path.of("differences.tsv"));
		Stream<DynamicTest> scripts = scripts().stream().flatMap((file) -> tests(file, refusals, differences));
		return Stream.concat(scripts,
				Stream.of(DynamicTest.dynamicTest("totals", () -> finish(refusals, differences))));
	}

	private static List<Path> scripts() throws IOException {
		try (Stream<Path> files = Files.list(SUITE)) {
			return files.sorted().toList();
		}
	}

	private Stream<DynamicTest> tests(Path file, ListedReasons refusals, ListedReasons differences) {
		String name = file.getFileName().toString().replace(".json", "");
		JsonNode script = this.mapper.readTree(file.toFile());
		Map<String, CompiledModule> compiled = new HashMap<>();
		List<DynamicTest> tests = new ArrayList<>();
		for (Execution execution : Execution.selected()) {
			if (execution != Execution.COLD && !isExecuted(script)) {
				continue;
			}
			if (!SELECTED.isEmpty() && !(name + " " + execution).matches(SELECTED)) {
				continue;
			}
			SpecReport report = new SpecReport(name, execution, refusals, differences, this.totals);
			tests.add(DynamicTest.dynamicTest(name + " " + execution, () -> {
				new SpecScript(script, execution, report, compiled).run();
				report.finish();
				assertThat(report.unlisted()).isEmpty();
				if (report.passed() == 0) {
					throw new TestAbortedException(
							report.skipped().isEmpty() ? "There is nothing to assert" : report.skipped());
				}
			}));
		}
		return tests.stream();
	}

	/**
	 * Returns whether the script executes code. Other scripts test decoding and
	 * validation.
	 */
	private static boolean isExecuted(JsonNode script) {
		for (JsonNode command : script.get("commands")) {
			if (command.has("action")) {
				return true;
			}
		}
		return false;
	}

	private void finish(ListedReasons refusals, ListedReasons differences) throws IOException {
		System.out.println(this.totals);
		Set<Execution> executions = Execution.selected();
		String names = executions.stream().map(Execution::name).collect(Collectors.joining("-"));
		Files.writeString(Path.of("target/specification-" + names + ".tsv"), this.totals.toString());
		if (!SELECTED.isEmpty()) {
			return;
		}
		if (executions.contains(Execution.COLD)) {
			assertThat(refusals.unused()).as("reasons in refusals.tsv that nothing needs").isEmpty();
			assertThat(differences.unused()).as("reasons in differences.tsv that nothing needs").isEmpty();
		}
		for (Execution execution : executions) {
			assertThat(this.totals.passed(execution)).as(execution.name()).isGreaterThan(20_000);
		}
	}

}
