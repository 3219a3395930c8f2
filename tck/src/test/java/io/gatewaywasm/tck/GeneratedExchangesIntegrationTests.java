package io.gatewaywasm.tck;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import io.gatewaywasm.tck.cases.ConformanceCase;
import io.gatewaywasm.tck.compare.Comparison;
import io.gatewaywasm.tck.compare.Difference;
import io.gatewaywasm.tck.compare.KnownDifferences;
import io.gatewaywasm.tck.compare.Result;
import io.gatewaywasm.tck.generate.ExchangeGenerator;
import io.gatewaywasm.tck.generate.GeneratedExchange;
import io.gatewaywasm.tck.generate.GeneratedRun;
import io.gatewaywasm.tck.generate.Reduction;
import io.gatewaywasm.tck.proxy.Proxy;
import io.gatewaywasm.tck.report.ResultFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs random exchanges on the gateway and compares the results with Envoy's. System
 * properties: {@code tck.generated} sets the number of exchanges, {@code tck.seed} the
 * seed, {@code tck.envoy} the path of the Envoy binary, {@code tck.wide} the wide
 * grammar. The committed results apply to the defaults; other values need
 * {@code tck.envoy}. With {@code tck.envoy}, some exchanges that differ are reduced.
 * {@code tck.refresh} replaces the committed results. The exchanges that differ are
 * written as cases to {@code target/conformance/generated.yml}.
 */
@DisabledIfSystemProperty(named = "tck.cases", matches = ".*")
class GeneratedExchangesIntegrationTests {

	private static final Duration REDUCTION = Duration.ofMinutes(Integer.getInteger("tck.reduction.minutes", 4));

	private static final int DEFAULT_COUNT = 500;

	private static final int REDUCED = 8;

	private static final int ENVOY_BATCH = 150;

	private static final int GATEWAY_BATCH = 500;

	private final boolean envoy = !System.getProperty("tck.envoy", "").isEmpty();

	private final ResultFiles results = new ResultFiles(TestProxies.KIT.resolve("results/envoy-1.40-generated"));

	private final List<GeneratedExchange> exchanges = new ExchangeGenerator(Long.getLong("tck.seed", 1),
			Boolean.getBoolean("tck.wide"))
		.generate(Integer.getInteger("tck.generated", DEFAULT_COUNT));

	@Test
	@EnabledIfSystemProperty(named = "tck.refresh", matches = "true")
	void envoysResultsAreWrittenAnew() throws IOException {
		List<ConformanceCase> cases = this.exchanges.stream().map(GeneratedExchange::toCase).toList();
		Map<String, Result> first = run(cases, TestProxies::envoy, ENVOY_BATCH);
		Map<String, Result> second = run(cases, TestProxies::envoy, ENVOY_BATCH);
		List<String> quarantined = cases.stream()
			.filter((conformanceCase) -> !new Comparison(conformanceCase)
				.compare(first.get(conformanceCase.id()), second.get(conformanceCase.id()))
				.isEmpty())
			.map(ConformanceCase::id)
			.toList();
		System.out.println("Envoy's process ended in " + first.entrySet()
			.stream()
			.filter((entry) -> entry.getValue().hasEnded())
			.map(Map.Entry::getKey)
			.toList());
		System.out.println("Envoy differs from itself in " + quarantined.size() + " exchanges: " + quarantined);
		this.results.write(first, quarantined);
		this.results.retain(first.keySet());
	}

	@Test
	void theGatewayDoesAsEnvoyInExchangesMadeAtRandom() throws IOException {
		Map<String, Result> committed = this.results.read();
		Set<String> quarantined = this.results.quarantined();
		GeneratedRun run = new GeneratedRun((cases) -> expected(cases, committed, quarantined),
				(cases) -> run(cases, TestProxies::gateway, GATEWAY_BATCH),
				new KnownDifferences(TestProxies.KIT.resolve("differences.yml")));
		Map<GeneratedExchange, List<Difference>> differing = run.differing(this.exchanges);
		System.out.println(differing.size() + " of " + this.exchanges.size() + " exchanges differ");
		Map<GeneratedExchange, List<Difference>> reduced = this.envoy
				? new Reduction(run, REDUCTION).reduce(first(differing)) : first(differing);
		System.out.println(yaml(reduced));
		Files.createDirectories(TestProxies.OUTPUT);
		Files.writeString(TestProxies.OUTPUT.resolve("generated.yml"),
				"# Some of what differs, reduced\n" + yaml(reduced) + "\n# All that differ\n" + yaml(differing));
		assertThat(differing.keySet()).as("exchanges that differ; see target/conformance/generated.yml").isEmpty();
		if (this.exchanges.size() >= DEFAULT_COUNT) {
			assertThat(run.unused()).as("differences that show no more: remove them from tck/differences.yml")
				.isEmpty();
		}
	}

	private Map<String, Result> expected(List<ConformanceCase> cases, Map<String, Result> committed,
			Set<String> quarantined) throws IOException {
		List<ConformanceCase> unknown = cases.stream()
			.filter((conformanceCase) -> !committed.containsKey(conformanceCase.id())
					&& !quarantined.contains(conformanceCase.id()))
			.toList();
		if (!unknown.isEmpty() && !this.envoy) {
			throw new IllegalStateException("No results of Envoy for " + unknown.size()
					+ " generated exchanges: run tck/refresh.sh, or name Envoy's binary with -Dtck.envoy");
		}
		Map<String, Result> expected = new LinkedHashMap<>(committed);
		expected.putAll(run(unknown, TestProxies::envoy, ENVOY_BATCH));
		return expected;
	}

	private static Map<String, Result> run(List<ConformanceCase> cases, java.util.function.Supplier<Proxy> proxies,
			int batch) throws IOException {
		try (CaseRunner runner = new CaseRunner(batch)) {
			return runner.run(cases, proxies);
		}
	}

	private static Map<GeneratedExchange, List<Difference>> first(Map<GeneratedExchange, List<Difference>> differing) {
		return differing.entrySet()
			.stream()
			.limit(REDUCED)
			.collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (one, other) -> one, LinkedHashMap::new));
	}

	private static String yaml(Map<GeneratedExchange, List<Difference>> differing) {
		List<String> texts = new ArrayList<>();
		differing.forEach((exchange, differences) -> {
			texts.add(exchange.yaml());
			differences.forEach((difference) -> texts.add("# " + difference.toString().replace("\n", "\n# ") + "\n"));
		});
		return String.join("", texts);
	}

}
