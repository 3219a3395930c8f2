package io.gatewaywasm.host.vm;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link GuestReport}.
 */
class GuestReportTests {

	@Test
	void detailsHaveOneLineEach() {
		GuestReport report = new GuestReport(List.of("inner (a.rs:1)", "outer"), List.of("INFO old", "ERROR new"));
		assertThat(report.details()).isEqualTo(
				"\n    at inner (a.rs:1)\n    at outer\n  The filter's last lines:\n    INFO old\n    ERROR new");
		assertThat(GuestReport.NONE.details()).isEmpty();
	}

	@Test
	void sentenceQuotesLinesInTheirOrder() {
		GuestReport report = new GuestReport(List.of("inner"), List.of("INFO old", "ERROR new"));
		assertThat(report.quotedAfter("It failed.", 100))
			.isEqualTo("It failed. The filter's last lines: INFO old | ERROR new");
		assertThat(GuestReport.NONE.quotedAfter("It failed.", 100)).isEqualTo("It failed.");
	}

	@Test
	void newestLinesAreKeptIfNotAllFit() {
		GuestReport report = new GuestReport(List.of(), List.of("1".repeat(400), "2".repeat(400), "ERROR panicked"));
		String quoted = report.quotedAfter("It failed.", 500);
		assertThat(quoted).hasSizeLessThanOrEqualTo(500)
			.isEqualTo("It failed. The filter's last lines: " + "2".repeat(400) + " | ERROR panicked");
		assertThat(report.quotedAfter("It failed.", 10)).endsWith("last lines: ERROR panicked");
	}

}
