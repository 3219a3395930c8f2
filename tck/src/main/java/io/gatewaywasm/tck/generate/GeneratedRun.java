package io.gatewaywasm.tck.generate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.gatewaywasm.tck.cases.ConformanceCase;
import io.gatewaywasm.tck.compare.Comparison;
import io.gatewaywasm.tck.compare.Difference;
import io.gatewaywasm.tck.compare.Equivalences;
import io.gatewaywasm.tck.compare.KnownDifferences;
import io.gatewaywasm.tck.compare.Result;

/**
 * Runs generated exchanges on two proxies and reduces those that differ.
 */
public final class GeneratedRun {

	private static final int TRIES = 3;

	private static final int ROUNDS = 8;

	private final Runner judge;

	private final Runner judged;

	private final KnownDifferences known;

	private final Equivalences equivalences;

	/**
	 * Creates a run.
	 * @param judge runs cases on the judge
	 * @param judged runs cases on the other proxy
	 * @param known the differences that are known
	 */
	public GeneratedRun(Runner judge, Runner judged, KnownDifferences known) {
		this.judge = judge;
		this.judged = judged;
		this.known = known;
		this.equivalences = known.equivalences();
	}

	/**
	 * Returns the exchanges with differences that are not known, those that show three
	 * times out of three.
	 * @param exchanges the exchanges
	 * @throws IOException if a proxy cannot be started
	 */
	public Map<GeneratedExchange, List<Difference>> differing(List<GeneratedExchange> exchanges) throws IOException {
		Map<GeneratedExchange, List<Difference>> differing = new LinkedHashMap<>();
		exchanges.forEach((exchange) -> differing.put(exchange, List.of()));
		for (int i = 0; i < TRIES && !differing.isEmpty(); i++) {
			Map<GeneratedExchange, ConformanceCase> cases = differing.keySet()
				.stream()
				.collect(Collectors.toMap(Function.identity(), GeneratedExchange::toCase, (first, second) -> first,
						LinkedHashMap::new));
			List<ConformanceCase> list = List.copyOf(cases.values());
			Map<String, Result> expected = this.judge.run(list);
			Map<String, Result> actual = this.judged.run(list);
			cases.forEach((exchange, conformanceCase) -> {
				List<Difference> unexplained = unexplained(conformanceCase, expected.get(conformanceCase.id()),
						actual.get(conformanceCase.id()));
				if (unexplained.isEmpty()) {
					differing.remove(exchange);
				}
				else {
					differing.put(exchange, unexplained);
				}
			});
		}
		return differing;
	}

	private List<Difference> unexplained(ConformanceCase conformanceCase,
			@org.jspecify.annotations.Nullable Result expected, @org.jspecify.annotations.Nullable Result actual) {
		if (expected == null || actual == null || expected.hasEnded()) {
			return List.of();
		}
		return new Comparison(conformanceCase, this.equivalences).compare(expected, actual)
			.stream()
			.filter((difference) -> this.known.explain(conformanceCase.id(), difference) == null)
			.toList();
	}

	/**
	 * Reduces exchanges as long as they differ.
	 * @param exchanges the exchanges
	 * @return as many smaller ones, with their differences
	 * @throws IOException if a proxy cannot be started
	 */
	public Map<GeneratedExchange, List<Difference>> reduce(List<GeneratedExchange> exchanges) throws IOException {
		Map<GeneratedExchange, List<Difference>> reduced = new LinkedHashMap<>();
		List<GeneratedExchange> current = exchanges;
		for (int i = 0; i < ROUNDS && !current.isEmpty(); i++) {
			List<GeneratedExchange> candidates = current.stream()
				.flatMap((exchange) -> exchange.smaller().stream())
				.toList();
			Map<GeneratedExchange, List<Difference>> differing = differing(candidates);
			List<GeneratedExchange> next = new ArrayList<>();
			for (GeneratedExchange exchange : current) {
				GeneratedExchange smaller = differing.keySet()
					.stream()
					.filter((candidate) -> candidate.name().startsWith(exchange.name() + "."))
					.findFirst()
					.orElse(null);
				if (smaller != null) {
					reduced.remove(exchange);
					reduced.put(smaller, differing.getOrDefault(smaller, List.of()));
					next.add(smaller);
				}
			}
			current = next;
		}
		return reduced;
	}

	/**
	 * Runs cases on a proxy.
	 */
	@FunctionalInterface
	public interface Runner {

		/**
		 * Runs cases.
		 * @param cases the cases
		 * @return the results by id
		 * @throws IOException if the proxy cannot be started
		 */
		Map<String, Result> run(List<ConformanceCase> cases) throws IOException;

	}

}
