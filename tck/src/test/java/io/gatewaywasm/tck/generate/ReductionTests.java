package io.gatewaywasm.tck.generate;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.gatewaywasm.tck.cases.ConformanceCase;
import io.gatewaywasm.tck.compare.Difference;
import io.gatewaywasm.tck.compare.KnownDifferences;
import io.gatewaywasm.tck.compare.Result;
import io.gatewaywasm.tck.exchange.Observation;
import io.gatewaywasm.tck.generate.GeneratedFilter.Block;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ReductionTests {

	private int runs;

	@Test
	void reductionKeepsTheLinesThatMatterTogether() throws IOException {
		GeneratedFilter filter = new GeneratedFilter(
				List.of(new Block("request_headers", List.of("say one", "say cause", "return continue")),
						new Block("response_headers", List.of("say two", "say other cause")),
						new Block("log", List.of("say three"))),
				true);
		GeneratedFilter other = new GeneratedFilter(List.of(new Block("done", List.of("say four"))), true);
		GeneratedExchange exchange = new GeneratedExchange("1-0", List.of(filter, other), "{ method: HEAD }",
				"{ status: 404 }");
		GeneratedRun run = run();
		Map<GeneratedExchange, List<Difference>> differing = run.differing(List.of(exchange));
		GeneratedExchange reduced = new Reduction(run, Duration.ofMinutes(1)).reduce(differing)
			.keySet()
			.iterator()
			.next();
		assertThat(reduced.filters())
			.containsExactly(new GeneratedFilter(List.of(new Block("request_headers", List.of("say cause")),
					new Block("response_headers", List.of("say other cause"))), false));
		assertThat(reduced.request()).isEqualTo("{}");
		assertThat(reduced.upstream()).isEqualTo("{ body: hello }");
	}

	@Test
	void reductionStopsWhenItsTimeIsUp() throws IOException {
		GeneratedExchange exchange = exchange("say cause", "say other cause", "say one");
		GeneratedRun run = run();
		Map<GeneratedExchange, List<Difference>> differing = run.differing(List.of(exchange));
		int before = this.runs;
		assertThat(new Reduction(run, Duration.ZERO).reduce(differing).keySet()).containsExactly(exchange);
		assertThat(this.runs).isEqualTo(before);
	}

	@Test
	void exchangeThatDoesNotDifferEachTimeIsLeftOut() throws IOException {
		GeneratedExchange exchange = exchange("say cause", "say other cause");
		GeneratedRun run = new GeneratedRun((cases) -> results(cases, false),
				(cases) -> results(cases, this.runs++ < 2), new KnownDifferences(List.of()));
		assertThat(run.differing(List.of(exchange))).isEmpty();
		assertThat(this.runs).isEqualTo(3);
	}

	private static GeneratedExchange exchange(String... lines) {
		return new GeneratedExchange("1-0",
				List.of(new GeneratedFilter(List.of(new Block("log", List.of(lines))), false)), "{}", "{}");
	}

	private GeneratedRun run() {
		return new GeneratedRun((cases) -> results(cases, false), (cases) -> {
			this.runs++;
			return results(cases, true);
		}, new KnownDifferences(List.of()));
	}

	private static Map<String, Result> results(List<ConformanceCase> cases, boolean other) {
		Map<String, Result> results = new LinkedHashMap<>();
		for (ConformanceCase conformanceCase : cases) {
			String script = conformanceCase.filters().get(0).script();
			boolean both = script.contains("say cause") && script.contains("say other cause");
			Observation observation = new Observation(
					Map.of("client 1", Map.of("start", (other && both) ? "500" : "200")), Map.of());
			results.put(conformanceCase.id(), new Result(observation, new Observation(Map.of(), Map.of())));
		}
		return results;
	}

}
