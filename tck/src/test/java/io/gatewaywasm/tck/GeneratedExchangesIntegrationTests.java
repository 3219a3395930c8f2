package io.gatewaywasm.tck;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.gatewaywasm.tck.compare.Difference;
import io.gatewaywasm.tck.compare.KnownDifferences;
import io.gatewaywasm.tck.generate.ExchangeGenerator;
import io.gatewaywasm.tck.generate.GeneratedExchange;
import io.gatewaywasm.tck.generate.GeneratedRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs exchanges made at random on Envoy and on the gateway. What differs is reduced and
 * written to {@code target/conformance/generated.yml}, as cases. The system property
 * {@code tck.generated.allowed} is the number of exchanges that can differ.
 */
@EnabledIfSystemProperty(named = "tck.envoy", matches = ".+")
@EnabledIfSystemProperty(named = "tck.generated", matches = "[0-9]+")
class GeneratedExchangesIntegrationTests {

	private static final int REDUCED = 10;

	private static final int BATCH = 250;

	@Test
	void theGatewayDoesAsEnvoyInExchangesMadeAtRandom() throws IOException {
		long seed = Long.getLong("tck.seed", 1);
		int allowed = Integer.getInteger("tck.generated.allowed", 0);
		List<GeneratedExchange> differing = new ArrayList<>();
		List<GeneratedExchange> all = new ExchangeGenerator(seed).generate(Integer.getInteger("tck.generated"));
		GeneratedRun run = run();
		for (int start = 0; start < all.size(); start += BATCH) {
			differing.addAll(run.differing(all.subList(start, Math.min(all.size(), start + BATCH))).keySet());
		}
		System.out.println(differing.size() + " of " + all.size() + " exchanges from the seed " + seed + " differ");
		Map<GeneratedExchange, List<Difference>> reduced = (differing.size() > allowed)
				? run.reduce(differing.subList(0, Math.min(REDUCED, differing.size()))) : Map.of();
		write(differing, reduced);
		assertThat(differing.size()).as("exchanges that differ; see target/conformance/generated.yml")
			.isLessThanOrEqualTo(allowed);
	}

	private static GeneratedRun run() {
		return new GeneratedRun((cases) -> {
			try (Judge judge = new Judge(BATCH)) {
				return judge.run(cases, TestProxies::envoy);
			}
		}, (cases) -> {
			try (Judge judge = new Judge(BATCH)) {
				return judge.run(cases, TestProxies::gateway);
			}
		}, new KnownDifferences(TestProxies.KIT.resolve("differences.yml")));
	}

	private static void write(List<GeneratedExchange> differing, Map<GeneratedExchange, List<Difference>> reduced)
			throws IOException {
		StringBuilder text = new StringBuilder();
		reduced.forEach((exchange, differences) -> {
			text.append(exchange.yaml());
			differences.forEach(
					(difference) -> text.append("# ").append(difference.toString().replace("\n", "\n# ")).append('\n'));
		});
		text.append("\n# All that differ\n");
		differing.forEach((exchange) -> text.append(exchange.yaml()));
		Path file = TestProxies.OUTPUT.resolve("generated.yml");
		Files.createDirectories(TestProxies.OUTPUT);
		Files.writeString(file, text);
	}

}
