package io.gatewaywasm.tck.report;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import io.gatewaywasm.tck.cases.ConformanceCase;
import io.gatewaywasm.tck.compare.Difference;
import io.gatewaywasm.tck.compare.KnownDifferences;
import io.gatewaywasm.tck.compare.Symptom;

/**
 * The verdict on one case.
 *
 * @param conformanceCase the case
 * @param judged whether there is a result of the reference to compare with
 * @param explained the symptoms that explain differences
 * @param unexplained the differences that no symptom explains
 */
public record Verdict(ConformanceCase conformanceCase, boolean judged, List<Symptom> explained,
		List<Difference> unexplained) {

	/**
	 * Returns the verdict on a case without a usable result of the reference: the case
	 * ends the reference's process, or the reference differs from itself.
	 */
	public static Verdict notJudged(ConformanceCase conformanceCase) {
		return new Verdict(conformanceCase, false, List.of(), List.of());
	}

	/** Returns the verdict on a case that the reference has never run. */
	public static Verdict withoutResult(ConformanceCase conformanceCase) {
		return new Verdict(conformanceCase, true, List.of(),
				List.of(new Difference("reference", "a committed result", "none: run tck/refresh.sh")));
	}

	/** Returns the verdict on the differences of a case. */
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

	/** Returns whether all differences are known. */
	public boolean passed() {
		return this.unexplained.isEmpty();
	}

	/**
	 * Combines two runs: a run that passes replaces one with unexplained differences,
	 * whose symptoms are those of a disturbed run. Otherwise the result has the symptoms
	 * of both.
	 */
	public Verdict or(Verdict again) {
		if (!this.judged || (!passed() && again.passed())) {
			return again;
		}
		return new Verdict(this.conformanceCase, true,
				Stream.concat(this.explained.stream(), again.explained.stream()).distinct().toList(),
				passed() ? List.of() : again.unexplained);
	}

	/**
	 * Returns the short form of the verdict.
	 * @param known the known differences
	 * @return the outcome
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
	 * The short form of a verdict.
	 */
	public enum Outcome {

		/** The proxies do not differ. */
		EQUAL,

		/** All differences are deliberate. */
		DELIBERATE,

		/** There is a difference that is listed as open. */
		OPEN,

		/** There is a listed difference that does not show in every run. */
		VARIES,

		/** There is a difference that is not listed. */
		UNEXPLAINED,

		/** The reference has no stable result to compare with. */
		NOT_JUDGED;

		@Override
		public String toString() {
			return name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
		}

	}

}
