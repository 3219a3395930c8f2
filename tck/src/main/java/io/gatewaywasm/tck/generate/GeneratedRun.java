package io.gatewaywasm.tck.generate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.gatewaywasm.tck.cases.ConformanceCase;
import io.gatewaywasm.tck.compare.Comparison;
import io.gatewaywasm.tck.compare.Difference;
import io.gatewaywasm.tck.compare.KnownDifferences;
import io.gatewaywasm.tck.compare.Result;
import io.gatewaywasm.tck.compare.Symptom;

import org.jspecify.annotations.Nullable;

/**
 * Runs generated exchanges on two proxies and finds those that differ.
 */
public final class GeneratedRun {

	private static final int TRIES = 3;

	private final Runner reference;

	private final Runner other;

	private final KnownDifferences known;

	private final Set<Symptom> used = new HashSet<>();

	/**
	 * Creates a run. {@code reference} runs cases on the reference, {@code other} on the
	 * other proxy.
	 */
	public GeneratedRun(Runner reference, Runner other, KnownDifferences known) {
		this.reference = reference;
		this.other = other;
		this.known = known;
	}

	/**
	 * Returns the exchanges with unknown differences that show in three runs out of
	 * three.
	 */
	public Map<GeneratedExchange, List<Difference>> differing(List<GeneratedExchange> exchanges) throws IOException {
		Map<GeneratedExchange, List<Difference>> differing = once(exchanges);
		for (int i = 1; i < TRIES && !differing.isEmpty(); i++) {
			differing = once(List.copyOf(differing.keySet()));
		}
		return differing;
	}

	/** Runs exchanges once and returns those with differences. */
	Map<GeneratedExchange, List<Difference>> once(List<GeneratedExchange> exchanges) throws IOException {
		List<ConformanceCase> cases = exchanges.stream().map(GeneratedExchange::toCase).toList();
		Map<String, Result> expected = this.reference.run(cases);
		Map<String, Result> actual = this.other.run(cases);
		Map<GeneratedExchange, List<Difference>> differing = new LinkedHashMap<>();
		for (int i = 0; i < cases.size(); i++) {
			ConformanceCase conformanceCase = cases.get(i);
			List<Difference> unexplained = unexplained(exchanges.get(i).yaml(), conformanceCase,
					expected.get(conformanceCase.id()), actual.get(conformanceCase.id()));
			if (!unexplained.isEmpty()) {
				differing.put(exchanges.get(i), unexplained);
			}
		}
		return differing;
	}

	private List<Difference> unexplained(String yaml, ConformanceCase conformanceCase, @Nullable Result expected,
			@Nullable Result actual) {
		if (expected == null || actual == null || expected.hasEnded()) {
			return List.of(); // The reference has no usable result.
		}
		List<Difference> unexplained = new ArrayList<>(new Comparison(conformanceCase).compare(expected, actual));
		unexplained.removeIf((difference) -> {
			Symptom symptom = this.known.explainGenerated(yaml, difference);
			if (symptom != null) {
				this.used.add(symptom);
			}
			return symptom != null;
		});
		return unexplained;
	}

	/**
	 * Returns the known differences that are listed for generated exchanges and have not
	 * explained any so far.
	 */
	public List<Symptom> unused() {
		return this.known.symptoms()
			.filter((symptom) -> symptom.isForGeneratedOnly() && !symptom.isSometimes() && !this.used.contains(symptom))
			.toList();
	}

	/**
	 * Runs cases on a proxy.
	 */
	@FunctionalInterface
	public interface Runner {

		/**
		 * Runs cases and returns the results by id, without cases that cannot be
		 * compared.
		 */
		Map<String, Result> run(List<ConformanceCase> cases) throws IOException;

	}

}
