package io.gatewaywasm.tck.report;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.gatewaywasm.tck.compare.KnownDifferences;
import io.gatewaywasm.tck.compare.Symptom;

/**
 * A listed difference that did not show.
 *
 * @param symptom the symptom
 * @param glob the pattern of case ids in the list; a star for all cases
 */
public record Missing(Symptom symptom, String glob) {

	/**
	 * Returns the differences that are listed for every run and did not show in these
	 * verdicts.
	 */
	public static List<Missing> of(KnownDifferences known, Collection<Verdict> verdicts) {
		return known.symptoms()
			.filter((symptom) -> !symptom.isSometimes() && !symptom.isForGeneratedOnly())
			.flatMap((symptom) -> of(symptom, verdicts))
			.toList();
	}

	private static Stream<Missing> of(Symptom symptom, Collection<Verdict> verdicts) {
		Set<String> shown = verdicts.stream()
			.filter((verdict) -> verdict.explained().contains(symptom))
			.map((verdict) -> verdict.conformanceCase().id())
			.collect(Collectors.toSet());
		List<String> globs = symptom.cases().isEmpty() ? List.of("*") : symptom.cases();
		return globs.stream()
			.filter((glob) -> !shown.contains(glob) && shown.stream().noneMatch((id) -> Symptom.globMatches(glob, id)))
			.map((glob) -> new Missing(symptom, glob));
	}

	/** Returns whether the difference could show in the case. */
	public boolean covers(String id) {
		return Symptom.globMatches(this.glob, id);
	}

	@Override
	public String toString() {
		return this.symptom + ", case: " + this.glob;
	}

}
