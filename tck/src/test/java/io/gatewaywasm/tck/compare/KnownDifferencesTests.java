package io.gatewaywasm.tck.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class KnownDifferencesTests {

	private static final Difference DIFFERENCE = new Difference("client 1: start", "200", "404");

	@TempDir
	Path directory;

	@Test
	void entryExplainsWhatAllItsPatternsMatch() throws IOException {
		KnownDifferences known = read("{ title: t, reason: r, kind: deliberate, where: 'client . start', "
				+ "expected: '2..', actual: '404' }");
		assertThat(known.explain("area/case", DIFFERENCE)).isNull();
		known = read("{ title: t, reason: r, kind: deliberate, where: 'client .: start', expected: '2..', "
				+ "actual: '404' }");
		assertThat(known.explain("area/case", new Difference("client 1: start", "301", "404"))).isNull();
		assertThat(known.explain("area/case", DIFFERENCE)).isNotNull();
	}

	@Test
	void entryCoversTheCasesThatItNames() throws IOException {
		KnownDifferences known = read(
				"{ title: t, reason: r, kind: open, where: '.*', cases: [ 'area/one (a=1)', 'area/two*' ] }");
		assertThat(known.explain("area/one (a=1)", DIFFERENCE)).isNotNull();
		assertThat(known.explain("area/two (b=[x])", DIFFERENCE)).isNotNull();
		assertThat(known.explain("area/one (a=2)", DIFFERENCE)).isNull();
	}

	@Test
	void entryShowsInSeveralWays() throws IOException {
		KnownDifferences known = read(
				"{ title: t, reason: r, kind: open, shows: [" + "{ where: 'client .: body', cases: [ area/one ] }, "
						+ "{ where: 'client .: start', cases: [ area/two ], sometimes: true } ] }");
		assertThat(known.explain("area/one", DIFFERENCE)).isNull();
		assertThat(known.explain("area/two", DIFFERENCE)).isNotNull();
		assertThat(known.varies("area/one")).isFalse();
		assertThat(known.varies("area/two")).isTrue();
	}

	@ParameterizedTest
	@CsvSource({ "upstream 2,no message,a message", "upstream 1,a message,no message", "client 1: start,200,500",
			"client 1: start,404,503", "client 1: end,complete,no response: closed",
			"upstream 1: end,complete,closed" })
	void seriousDifferenceNeedsAllPatternsAndTheCase(String where, String expected, String actual) throws IOException {
		Difference difference = new Difference(where, expected, actual);
		String start = "{ title: t, reason: r, kind: open, where: '.*'";
		assertThat(read(start + ", cases: [ area/one ] }").explain("area/one", difference)).isNull();
		String patterns = ", expected: '" + expected + "', actual: '" + actual + "'";
		assertThat(read(start + patterns + " }").explain("area/one", difference)).isNull();
		assertThat(read(start + patterns + ", cases: [ 'area/*' ] }").explain("area/one", difference)).isNull();
		assertThat(read(start + patterns + ", cases: [ area/one ] }").explain("area/one", difference)).isNotNull();
	}

	@ParameterizedTest
	@CsvSource({ "client 1: start,503,500", "client 1: start,500,200", "client 1: end,cut,complete" })
	void differenceThatIsNotSeriousNeedsThePlaceOnly(String where, String expected, String actual) throws IOException {
		assertThat(read("{ title: t, reason: r, kind: open, where: '.*', cases: [ area/one ] }").explain("area/one",
				new Difference(where, expected, actual)))
			.isNotNull();
	}

	@ParameterizedTest
	@CsvSource({ "proxy,running,ended", "reference,a committed result,none" })
	void nothingExplainsAProcessThatEndedOrAResultThatIsMissing(String where, String expected, String actual)
			throws IOException {
		assertThat(read("{ title: t, reason: r, kind: deliberate, where: '.*', expected: '.*', actual: '.*', "
				+ "cases: [ area/one ] }")
			.explain("area/one", new Difference(where, expected, actual))).isNull();
	}

	@Test
	void entryExplainsTheGeneratedExchangesThatItsPatternIsFoundIn() throws IOException {
		KnownDifferences known = read("{ title: t, reason: r, kind: deliberate, where: '.*', generated: 'on log' }");
		assertThat(known.explainGenerated("on log\n  say a", DIFFERENCE)).isNotNull();
		assertThat(known.explainGenerated("on done\n  say a", DIFFERENCE)).isNull();
		assertThat(read("{ title: t, reason: r, kind: deliberate, where: '.*', generated: 'on log.*reply' }")
			.explainGenerated("on log\n on done\n reply", DIFFERENCE)).isNull();
		assertThat(known.explain("area/case", DIFFERENCE)).isNull();
		known = read("{ title: t, reason: r, kind: deliberate, where: '.*', cases: [ area/case ] }");
		assertThat(known.explainGenerated("on log", DIFFERENCE)).isNull();
		known = read("{ title: t, reason: r, kind: deliberate, where: '.*' }");
		assertThat(known.explainGenerated("on log", DIFFERENCE)).isNotNull();
	}

	@Test
	void seriousDifferenceOfAGeneratedExchangeNeedsAllPatterns() throws IOException {
		Difference serious = new Difference("client 1: start", "200", "500");
		String start = "{ title: t, reason: r, kind: deliberate, where: '.*'";
		assertThat(read(start + ", generated: '.*' }").explainGenerated("", serious)).isNull();
		assertThat(read(start + ", expected: '200', actual: '500' }").explainGenerated("", serious)).isNull();
		assertThat(read(start + ", expected: '200', actual: '500', generated: '.*' }").explainGenerated("", serious))
			.isNotNull();
	}

	@Test
	void entryNeedsAReasonAndAPlace() {
		assertThatIllegalArgumentException().isThrownBy(() -> read("{ title: t, kind: deliberate, where: x }"));
		assertThatIllegalArgumentException().isThrownBy(() -> read("{ title: t, reason: r, kind: later, where: x }"));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> read("{ title: t, reason: r, kind: deliberate, cases: [ area/one ] }"));
	}

	private KnownDifferences read(String entry) throws IOException {
		Path file = this.directory.resolve("differences.yml");
		Files.writeString(file, "- " + entry);
		return new KnownDifferences(file);
	}

}
