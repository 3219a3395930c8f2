package io.gatewaywasm.tck.report;

import java.util.List;

import io.gatewaywasm.tck.cases.ConformanceCase;
import io.gatewaywasm.tck.compare.Difference;
import io.gatewaywasm.tck.compare.KnownDifferences;
import io.gatewaywasm.tck.compare.KnownDifferences.Entry;

/**
 * What came of one case.
 *
 * @param conformanceCase the case
 * @param judged whether there is a result to compare with
 * @param explained the entries that explain differences
 * @param unexplained the differences that none explains
 */
public record Verdict(ConformanceCase conformanceCase, boolean judged, List<Entry> explained,
		List<Difference> unexplained) {

	/**
	 * Returns the verdict on a case that the judge cannot judge.
	 * @param conformanceCase the case
	 */
	public static Verdict notJudged(ConformanceCase conformanceCase) {
		return new Verdict(conformanceCase, false, List.of(), List.of());
	}

	/**
	 * Returns the verdict on differences.
	 * @param conformanceCase the case
	 * @param differences the differences
	 * @param known those that are known
	 */
	public static Verdict of(ConformanceCase conformanceCase, List<Difference> differences, KnownDifferences known) {
		return new Verdict(conformanceCase, true,
				differences.stream()
					.map((difference) -> known.explain(conformanceCase.id(), difference))
					.filter(java.util.Objects::nonNull)
					.distinct()
					.toList(),
				differences.stream()
					.filter((difference) -> known.explain(conformanceCase.id(), difference) == null)
					.toList());
	}

	/**
	 * Returns whether the case is like the judge's but for what is known.
	 */
	public boolean passed() {
		return this.unexplained.isEmpty();
	}

	/**
	 * Returns whether an open difference shows.
	 */
	public boolean open() {
		return this.explained.stream().anyMatch(Entry::isOpen);
	}

}
