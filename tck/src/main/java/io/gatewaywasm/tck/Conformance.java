package io.gatewaywasm.tck;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.gatewaywasm.tck.cases.CaseFiles;
import io.gatewaywasm.tck.cases.ConformanceCase;
import io.gatewaywasm.tck.compare.Comparison;
import io.gatewaywasm.tck.compare.Difference;
import io.gatewaywasm.tck.compare.KnownDifferences;
import io.gatewaywasm.tck.compare.Result;
import io.gatewaywasm.tck.proxy.Proxy;
import io.gatewaywasm.tck.report.Missing;
import io.gatewaywasm.tck.report.ResultFiles;
import io.gatewaywasm.tck.report.Verdict;

/**
 * A conformance run: reads the cases and the results of the reference, a proxy, from a
 * directory, and compares other proxies with them.
 */
public final class Conformance {

	private static final int TRIES = Integer.getInteger("tck.tries", 3);

	private static final int REFERENCE_BATCH = 80;

	private final List<ConformanceCase> cases;

	private final Set<String> all;

	private final ResultFiles referenceResults;

	private final KnownDifferences known;

	private final Map<String, List<Difference>> disturbed = new TreeMap<>();

	private int ends;

	/**
	 * Reads the cases and the known differences of the gateway.
	 * @param directory the directory of the kit
	 * @param reference the name of the directory with the reference's results
	 * @param filter a regular expression for case ids
	 */
	public Conformance(Path directory, String reference, String filter) {
		this(directory, reference, filter, directory.resolve("differences.yml"));
	}

	/**
	 * Reads the cases and the known differences of a proxy.
	 * @param directory the directory of the kit
	 * @param reference the name of the directory with the reference's results
	 * @param filter a regular expression for case ids
	 * @param differences the file with the proxy's differences
	 */
	public Conformance(Path directory, String reference, String filter, Path differences) {
		List<ConformanceCase> read = CaseFiles.read(directory.resolve("cases"));
		this.all = read.stream().map(ConformanceCase::id).collect(Collectors.toSet());
		this.cases = read.stream().filter((conformanceCase) -> conformanceCase.id().matches(filter)).toList();
		this.referenceResults = new ResultFiles(directory.resolve("results").resolve(reference));
		this.known = new KnownDifferences(differences);
	}

	public KnownDifferences known() {
		return this.known;
	}

	/**
	 * Runs each case twice on the reference and writes the results.
	 * @param proxies creates the reference
	 * @return the cases in which the reference differs from itself
	 * @throws IOException if the reference cannot be started
	 */
	public List<String> refresh(Supplier<Proxy> proxies) throws IOException {
		try (CaseRunner runner = new CaseRunner(REFERENCE_BATCH)) {
			Map<String, Result> first = runner.run(this.cases, proxies);
			List<ConformanceCase> again = this.cases.stream()
				.filter((conformanceCase) -> !result(first, conformanceCase).hasEnded())
				.toList();
			Map<String, Result> second = runner.run(again, proxies);
			List<String> quarantined = new ArrayList<>();
			for (ConformanceCase conformanceCase : again) {
				List<Difference> differences = new Comparison(conformanceCase).compare(result(first, conformanceCase),
						result(second, conformanceCase));
				if (!differences.isEmpty()) {
					quarantined.add(conformanceCase.id());
				}
			}
			this.referenceResults.write(first, quarantined);
			this.referenceResults.retain(this.all);
			return quarantined;
		}
	}

	/**
	 * Compares a proxy with the reference's results. A case runs up to three times if it
	 * has an unexplained difference or if a listed difference does not show.
	 * @param proxies creates the proxy
	 * @param batch the number of cases per process of the proxy
	 * @return the verdict on each case
	 * @throws IOException if the proxy cannot be started
	 */
	public List<Verdict> compare(Supplier<Proxy> proxies, int batch) throws IOException {
		return compare(proxies, batch, this.known);
	}

	/**
	 * Compares the reference with its own committed results, without known differences.
	 * @param proxies creates the reference
	 * @return the verdict on each case
	 * @throws IOException if the reference cannot be started
	 */
	public List<Verdict> compareReference(Supplier<Proxy> proxies) throws IOException {
		return compare(proxies, REFERENCE_BATCH, new KnownDifferences(List.of()));
	}

	/**
	 * Returns the unexplained differences of the last run that had some, by case, also of
	 * cases that have passed since.
	 */
	public Map<String, List<Difference>> disturbed() {
		return Map.copyOf(this.disturbed);
	}

	/** Returns how often the compared proxy's process ended unexpectedly. */
	public int ends() {
		return this.ends;
	}

	private List<Verdict> compare(Supplier<Proxy> proxies, int batch, KnownDifferences explanations)
			throws IOException {
		Map<String, Result> expected = this.referenceResults.read();
		Set<String> quarantined = this.referenceResults.quarantined();
		Map<String, Verdict> verdicts = new LinkedHashMap<>();
		List<ConformanceCase> comparable = new ArrayList<>();
		for (ConformanceCase conformanceCase : this.cases) {
			Result result = expected.get(conformanceCase.id());
			boolean ran = result != null || quarantined.contains(conformanceCase.id());
			verdicts.put(conformanceCase.id(),
					ran ? Verdict.notJudged(conformanceCase) : Verdict.withoutResult(conformanceCase));
			if (result != null && !result.hasEnded()) {
				comparable.add(conformanceCase);
			}
		}
		List<ConformanceCase> remaining = comparable;
		try (CaseRunner runner = new CaseRunner(batch)) {
			for (int i = 0; i < TRIES && !remaining.isEmpty(); i++) {
				Map<String, Result> actual = runner.run(remaining, proxies);
				for (ConformanceCase conformanceCase : remaining) {
					Verdict verdict = Verdict.of(conformanceCase, new Comparison(conformanceCase)
						.compare(result(expected, conformanceCase), result(actual, conformanceCase)), explanations);
					verdicts.merge(conformanceCase.id(), verdict, Verdict::or);
					if (!verdict.passed()) {
						this.disturbed.put(conformanceCase.id(), verdict.unexplained());
					}
				}
				remaining = again(comparable, verdicts, explanations);
			}
			this.ends = runner.ends();
		}
		return List.copyOf(verdicts.values());
	}

	// Returns the cases to run again: those with an unlisted difference, and those in
	// which a listed difference did not show.
	private static List<ConformanceCase> again(List<ConformanceCase> cases, Map<String, Verdict> verdicts,
			KnownDifferences explanations) {
		List<Missing> missing = Missing.of(explanations, verdicts.values());
		Set<String> failed = verdicts.values()
			.stream()
			.filter((verdict) -> !verdict.passed())
			.map((verdict) -> verdict.conformanceCase().id())
			.collect(Collectors.toSet());
		return cases.stream()
			.filter((conformanceCase) -> failed.contains(conformanceCase.id())
					|| missing.stream().anyMatch((difference) -> difference.covers(conformanceCase.id())))
			.toList();
	}

	private static Result result(Map<String, Result> results, ConformanceCase conformanceCase) {
		Result result = results.get(conformanceCase.id());
		if (result == null) {
			throw new IllegalStateException("No result for " + conformanceCase.id());
		}
		return result;
	}

}
