package io.gatewaywasm.test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Sees to it that {@code docs/testing.md} shows code that was run and what came of it.
 */
class DocumentationTests {

	private static final Path DOCUMENT = Path.of("../docs/testing.md");

	private static final Path TEST = Path.of("src/test/java/io/gatewaywasm/test/ApiKeyFilterTests.java");

	@Test
	void filterTestedInTenLinesIsATest() throws IOException {
		String document = Files.readString(DOCUMENT);
		int start = document.indexOf("```java\n") + "```java\n".length();
		String shown = document.substring(start, document.indexOf("```", start));
		assertThat(Files.readString(TEST)).endsWith(shown);
	}

	@Test
	void traceIsWhatIsPrinted() throws IOException {
		try (FilterUnderTest filter = FilterUnderTest.of("classpath:filters/api_key.wasm")
			.configuration("8f3a-demo-key alice")) {
			filter.get("/orders").header("x-api-key", "8f3a-demo-key").send();
			assertThat(Files.readString(DOCUMENT)).contains("```\n" + filter.trace() + "```\n");
		}
	}

}
