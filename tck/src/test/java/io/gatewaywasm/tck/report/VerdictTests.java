package io.gatewaywasm.tck.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.gatewaywasm.tck.cases.CaseFiles;
import io.gatewaywasm.tck.cases.ConformanceCase;
import io.gatewaywasm.tck.compare.Difference;
import io.gatewaywasm.tck.compare.KnownDifferences;
import io.gatewaywasm.tck.report.Verdict.Outcome;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class VerdictTests {

	private static final Difference BODY = new Difference("client 1: body", "a", "b");

	private static final Difference START = new Difference("client 1: start", "200", "404");

	@TempDir
	Path directory;

	private ConformanceCase conformanceCase;

	private KnownDifferences known;

	@BeforeEach
	void readCaseAndList() throws IOException {
		Path file = Files.createDirectory(this.directory.resolve("area")).resolve("cases.yml");
		Files.writeString(file, "- name: one");
		this.conformanceCase = CaseFiles.read(this.directory).get(0);
		Path list = this.directory.resolve("differences.yml");
		Files.writeString(list, """
				- title: t
				  reason: r
				  kind: open
				  shows:
				    - { where: 'client 1: body', cases: [ area/one, area/gone ] }
				    - { where: 'client 1: framing', cases: [ area/one ] }
				""");
		this.known = new KnownDifferences(list);
	}

	@Test
	void differenceThatDoesNotShowInEachRunFailsNothing() {
		Verdict verdict = verdict(START, BODY).or(verdict(BODY));
		assertThat(verdict.passed()).isTrue();
		assertThat(verdict.or(verdict(START)).passed()).isTrue();
	}

	@Test
	void differencesOfAFailedRunAreDroppedWhenTheNextRunPasses() {
		assertThat(verdict(START, BODY).or(verdict()).outcome(this.known)).isEqualTo(Outcome.EQUAL);
	}

	@Test
	void differenceThatShowsInEachRunFails() {
		Verdict verdict = verdict(START, BODY).or(verdict(START));
		assertThat(verdict.unexplained()).containsExactly(START);
		assertThat(verdict.outcome(this.known)).isEqualTo(Outcome.UNEXPLAINED);
	}

	@Test
	void listedDifferenceThatShowedInOneRunIsNotMissing() {
		assertThat(missing(verdict(BODY).or(verdict()))).containsExactly("t, where: client 1: body, case: area/gone",
				"t, where: client 1: framing, case: area/one");
		assertThat(missing(verdict())).hasSize(3);
	}

	@Test
	void caseWithoutAResultFails() {
		Verdict verdict = Verdict.withoutResult(this.conformanceCase);
		assertThat(verdict.outcome(this.known)).isEqualTo(Outcome.UNEXPLAINED);
		assertThat(Verdict.notJudged(this.conformanceCase).outcome(this.known)).isEqualTo(Outcome.NOT_JUDGED);
	}

	private List<String> missing(Verdict verdict) {
		return Missing.of(this.known, List.of(verdict)).stream().map(Missing::toString).toList();
	}

	private Verdict verdict(Difference... differences) {
		return Verdict.of(this.conformanceCase, List.of(differences), this.known);
	}

}
