package io.gatewaywasm.tck;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.gatewaywasm.tck.compare.KnownDifferences.Entry;
import io.gatewaywasm.tck.report.ConformanceReport;
import io.gatewaywasm.tck.report.Missing;
import io.gatewaywasm.tck.report.Verdict;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Runs each case on the gateway and compares the result with Envoy's committed result,
 * one test per case. If the system property {@code tck.envoy} is set to the Envoy binary,
 * Envoy also runs, and its results are compared with the committed ones. With
 * {@code tck.refresh}, they replace the committed ones.
 */
class ConformanceIntegrationTests {

	private static final String ENVOY = "envoy-1.40";

	/**
	 * The share of cases, 1 in this number, that may differ: what a proxy shows of parts
	 * that arrive together depends on the load of the machine.
	 */
	private static final int TOLERANCE = 100;

	private final Conformance conformance = new Conformance(TestProxies.KIT, ENVOY,
			System.getProperty("tck.cases", ".*"));

	@TestFactory
	@EnabledIfSystemProperty(named = "tck.envoy", matches = ".+")
	Stream<DynamicTest> envoyStillDoesWhatItsResultsSay() throws IOException {
		if (Boolean.getBoolean("tck.refresh")) {
			List<String> quarantined = this.conformance.refresh(TestProxies::envoy);
			System.out.println("Envoy differs from itself in " + quarantined.size() + " cases: " + quarantined);
		}
		List<Verdict> verdicts = new Conformance(TestProxies.KIT, ENVOY, System.getProperty("tck.cases", ".*"))
			.compareReference(TestProxies::envoy);
		List<String> different = verdicts.stream()
			.filter((verdict) -> !verdict.passed())
			.map((verdict) -> verdict.conformanceCase().id())
			.toList();
		Stream<DynamicTest> cases = verdicts.stream()
			.map((verdict) -> DynamicTest.dynamicTest(verdict.conformanceCase().id(),
					() -> assumeThat(verdict.unexplained()).as("differences from Envoy's results").isEmpty()));
		return Stream.concat(cases, Stream.of(DynamicTest.dynamicTest("Envoy's results are those of this Envoy",
				() -> assertThat(different).hasSizeLessThanOrEqualTo(1 + verdicts.size() / TOLERANCE))));
	}

	@TestFactory
	Stream<DynamicTest> theGatewayDoesAsEnvoy() throws IOException {
		List<Verdict> verdicts = this.conformance.compare(TestProxies::gateway, Integer.MAX_VALUE);
		ConformanceReport report = new ConformanceReport(verdicts, this.conformance.known());
		System.out.println(report.table());
		System.out.println("Unexplained in one of the runs: " + this.conformance.disturbed());
		Path page = TestProxies.KIT.resolve("../docs/conformance.md");
		if (Boolean.getBoolean("tck.docs.write")) {
			Files.writeString(page,
					report.page(Files.readString(TestProxies.KIT.resolve("src/test/resources/conformance.md"))));
		}
		List<DynamicTest> tests = new ArrayList<>(tests(verdicts).toList());
		tests.add(DynamicTest.dynamicTest("the gateway's process does not end by itself",
				() -> assertThat(this.conformance.ends()).isZero()));
		if (System.getProperty("tck.cases") == null) {
			tests.add(DynamicTest.dynamicTest("each difference that is listed shows", () -> checkList(verdicts)));
			tests.add(DynamicTest.dynamicTest("docs/conformance.md has all differences and verdicts",
					() -> checkPage(Files.readString(page), verdicts, report)));
		}
		return tests.stream();
	}

	private static Stream<DynamicTest> tests(List<Verdict> verdicts) {
		return verdicts.stream()
			.map((verdict) -> DynamicTest.dynamicTest(verdict.conformanceCase().id(),
					() -> assertThat(verdict.unexplained()).isEmpty()));
	}

	private void checkList(List<Verdict> verdicts) {
		assertThat(Missing.of(this.conformance.known(), verdicts))
			.as("differences that show no more: remove them from tck/differences.yml")
			.isEmpty();
	}

	private void checkPage(String page, List<Verdict> verdicts, ConformanceReport report) {
		assertThat(page).contains(
				this.conformance.known().entries().stream().map(Entry::title).map(ConformanceReport::cell).toList());
		List<String> written = page.lines().filter((line) -> line.startsWith("| `")).toList();
		List<String> seen = verdicts.stream().map(report::line).map(String::strip).toList();
		String remedy = "docs/conformance.md: write it anew with -Dtck.docs.write=true";
		assertThat(cases(written)).as(remedy).containsExactlyElementsOf(cases(seen));
		List<String> other = verdicts.stream()
			.filter((verdict) -> !isListed(verdict))
			.map(report::line)
			.map(String::strip)
			.filter((line) -> !written.contains(line))
			.toList();
		assertThat(other).as(remedy).hasSizeLessThanOrEqualTo(seen.size() / TOLERANCE);
	}

	/**
	 * Returns whether the list has each difference of the case with its id or the folder
	 * of its cases: which of them show depends on how the parts of a message arrive, and
	 * is another on another machine.
	 */
	private static boolean isListed(Verdict verdict) {
		return verdict.passed() && verdict.explained().stream().noneMatch((symptom) -> symptom.cases().isEmpty());
	}

	private static List<String> cases(List<String> lines) {
		return lines.stream().map((line) -> line.substring(0, line.lastIndexOf('`') + 1)).toList();
	}

}
