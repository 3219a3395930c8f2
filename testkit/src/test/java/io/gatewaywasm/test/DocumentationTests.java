package io.gatewaywasm.test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.gatewaywasm.test.exchange.Exchange;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Checks that {@code docs/writing-filters.md} shows tested code and its real output, and
 * {@code docs/getting-started.md} a real message.
 */
class DocumentationTests {

	private static final Path DOCUMENT = Path.of("../docs/writing-filters.md");

	private static final Path TEST = Path.of("src/test/java/io/gatewaywasm/test/ApiKeyFilterTests.java");

	@Test
	void filterTestedInTenLinesIsATest() throws IOException {
		String document = Files.readString(DOCUMENT);
		int start = document.indexOf("```java\n") + "```java\n".length();
		String shown = document.substring(start, document.indexOf("```", start));
		String test = Files.readString(TEST);
		assertThat(test).endsWith(shown.substring(shown.indexOf("class ")));
		assertThat(shown.lines().filter((line) -> line.startsWith("import ")))
			.contains("import io.gatewaywasm.test.FilterUnderTest;")
			.containsAll(test.lines().filter((line) -> line.startsWith("import ")).toList());
	}

	@Test
	void traceIsWhatIsPrinted() throws IOException {
		try (FilterUnderTest filter = FilterUnderTest.of("classpath:filters/api_key.wasm")
			.configuration("8f3a-demo-key alice")) {
			filter.get("/orders").header("x-api-key", "8f3a-demo-key").send();
			assertThat(Files.readString(DOCUMENT)).contains("```\n" + filter.trace() + "```\n");
		}
	}

	@Test
	void refusedConfigurationIsWhatGettingStartedShows() throws IOException {
		String document = Files.readString(Path.of("../docs/getting-started.md"));
		int from = document.indexOf("proxy_on_configure returned false");
		List<String> shown = document.substring(from).lines().limit(3).map(String::strip).toList();
		try (FilterUnderTest filter = FilterUnderTest.of("classpath:filters/api_key.wasm")
			.configuration("8f3a-demo-key")) {
			assertThatExceptionOfType(FilterStartException.class).isThrownBy(filter::start)
				.withMessageContainingAll(shown.toArray(String[]::new));
		}
	}

	@Test
	void failureIsWhatAnAssertionShows() throws IOException {
		try (FilterUnderTest filter = FilterUnderTest.of("classpath:filters/probe_rust.wasm").rootId("probe")) {
			Exchange exchange = filter.get("/").header("x-probe", "trap").send();
			String document = Files.readString(DOCUMENT);
			String start = "```\nExpected the filter to respond with 403";
			int from = document.indexOf(start) + "```\n".length();
			assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertThat(exchange).hasLocalResponse(403))
				.withMessageStartingWith(document.substring(from, document.indexOf("```", from)));
		}
	}

}
