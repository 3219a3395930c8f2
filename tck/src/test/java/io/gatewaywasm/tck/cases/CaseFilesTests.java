package io.gatewaywasm.tck.cases;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class CaseFilesTests {

	@Test
	void matrixStandsForEachCombination() {
		List<ConformanceCase> cases = read("""
				- name: x
				  script: "return ${a}"
				  matrix: { a: [ 1, 2 ], b: [ { as: empty, is: { method: HEAD } }, { as: full, is: { body: hello } } ] }
				  request: ${b}
				""");
		assertThat(cases).extracting(ConformanceCase::id)
			.containsExactly("area/x (a=1, b=empty)", "area/x (a=1, b=full)", "area/x (a=2, b=empty)",
					"area/x (a=2, b=full)");
		assertThat(cases.get(3).filters().get(0).script()).isEqualTo("return 2");
		assertThat(cases.get(3).requests().get(0).method()).isEqualTo("POST");
		assertThat(cases.get(2).requests().get(0).method()).isEqualTo("HEAD");
	}

	@Test
	void textIsBytes() {
		ConformanceCase conformanceCase = read("- { name: x, request: { body: \"\\xC3\\xA9\" } }").get(0);
		assertThat(conformanceCase.requests().get(0).body().get(0).bytes())
			.isEqualTo("\u00e9".getBytes(StandardCharsets.UTF_8));
	}

	@Test
	void unknownKeyIsRefused() {
		assertThatExceptionOfType(CaseFormatException.class).isThrownBy(() -> read("- { name: x, requets: {} }"))
			.withMessageContaining("requets");
		assertThatExceptionOfType(CaseFormatException.class)
			.isThrownBy(() -> read("- { name: x, upstream: { behavior: sleep } }"))
			.withMessageContaining("sleep");
	}

	@Test
	void theKitsOwnCasesCanBeRead() {
		assertThat(CaseFiles.read(Path.of("cases"))).hasSizeGreaterThan(300);
	}

	private static List<ConformanceCase> read(String yaml) {
		List<ConformanceCase> cases = new ArrayList<>();
		CaseFiles.read("area", yaml, cases);
		return cases;
	}

}
