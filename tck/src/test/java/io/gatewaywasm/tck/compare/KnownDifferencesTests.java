package io.gatewaywasm.tck.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class KnownDifferencesTests {

	private static final Difference DIFFERENCE = new Difference("client 1: start", "200", "500");

	@TempDir
	Path directory;

	@Test
	void entryExplainsWhatAllItsPatternsMatch() throws IOException {
		KnownDifferences known = read("{ title: t, reason: r, kind: deliberate, where: 'client . start', "
				+ "expected: '2..', actual: '500' }");
		assertThat(known.explain("area/case", new Difference("client 1: start", "404", "500"))).isNull();
		assertThat(known.explain("area/case", DIFFERENCE)).isNull();
		known = read("{ title: t, reason: r, kind: deliberate, where: 'client .: start', expected: '2..', "
				+ "actual: '500' }");
		assertThat(known.explain("area/case", DIFFERENCE)).isNotNull();
	}

	@Test
	void entryCoversTheCasesThatItNames() throws IOException {
		KnownDifferences known = read(
				"{ title: t, reason: r, kind: open (issue 9), cases: [ 'area/one (a=1)', 'area/two*' ] }");
		assertThat(known.explain("area/one (a=1)", DIFFERENCE)).isNotNull();
		assertThat(known.explain("area/two (b=[x])", DIFFERENCE)).isNotNull();
		assertThat(known.explain("area/one (a=2)", DIFFERENCE)).isNull();
	}

	@Test
	void entryNeedsAReason() {
		assertThatIllegalArgumentException().isThrownBy(() -> read("{ title: t, kind: deliberate }"));
		assertThatIllegalArgumentException().isThrownBy(() -> read("{ title: t, reason: r, kind: later }"));
	}

	private KnownDifferences read(String entry) throws IOException {
		Path file = this.directory.resolve("differences.yml");
		Files.writeString(file, "- " + entry);
		return new KnownDifferences(file);
	}

}
