package io.gatewaywasm.tck.report;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import io.gatewaywasm.tck.cases.ConformanceCase;
import io.gatewaywasm.tck.compare.Difference;
import io.gatewaywasm.tck.compare.KnownDifferences;
import io.gatewaywasm.tck.compare.Symptom;

/**
 * What came of one case.
 *
 * @param conformanceCase the case
 * @param judged whether there is a result to compare with
 * @param explained the symptoms that explain differences
 * @param unexplained the differences that none explains
 */
public record Verdict(ConformanceCase conformanceCase, boolean judged, List<Symptom> explained,
		List<Difference> unexplained) {

	/**
	 * Returns the verdict on a case that the judge cannot judge, since it ends the
	 * judge's process, or the judge differs from itself.
	 * @param conformanceCase the case
	 */
	public static Verdict notJudged(ConformanceCase conformanceCase) {
		return new Verdict(conformanceCase, false, List.of(), List.of());
	}

	/**
	 * Returns the verdict on a case that the judge never ran.
	 * @param conformanceCase the case
	 */
	public static Verdict withoutResult(ConformanceCase conformanceCase) {
		return new Verdict(conformanceCase, true, List.of(),
				List.of(new Difference("judge", "a committed result", "none: run tck/refresh.sh")));
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
					.filter(Objects::nonNull)
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
	 * Returns the verdict of this and another run: all symptoms that showed, and
	 * differences only if there are some in both.
	 * @param again the verdict of the other run
	 */
	public Verdict or(Verdict again) {
		if (!this.judged) {
			return again;
		}
		return new Verdict(this.conformanceCase, true,
				Stream.concat(this.explained.stream(), again.explained.stream()).distinct().toList(),
				passed() ? List.of() : again.unexplained);
	}

	/**
	 * Returns the verdict in a few words.
	 * @param known the known differences
	 */
	public Outcome outcome(KnownDifferences known) {
		if (!this.judged) {
			return Outcome.NOT_JUDGED;
		}
		if (!passed()) {
			return Outcome.UNEXPLAINED;
		}
		if (this.explained.stream().anyMatch((symptom) -> symptom.entry().isOpen() && !symptom.isSometimes())) {
			return Outcome.OPEN;
		}
		if (known.varies(this.conformanceCase.id())) {
			return Outcome.VARIES;
		}
		return this.explained.isEmpty() ? Outcome.EQUAL : Outcome.DELIBERATE;
	}

	/**
	 * A verdict in a few words.
	 */
	public enum Outcome {

		/** Nothing that is compared differs. */
		EQUAL,

		/** Only deliberate differences show. */
		DELIBERATE,

		/** A difference shows that is to be removed. */
		OPEN,

		/** A listed difference that does not show in each run. */
		VARIES,

		/** A difference shows that is not listed. */
		UNEXPLAINED,

		/** There is no stable result to compare with. */
		NOT_JUDGED;

		@Override
		public String toString() {
			return name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
		}

	}

}
