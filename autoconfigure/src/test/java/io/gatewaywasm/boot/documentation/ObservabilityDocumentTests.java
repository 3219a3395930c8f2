package io.gatewaywasm.boot.documentation;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import io.gatewaywasm.host.plugin.PluginState;
import io.gatewaywasm.host.spi.FailureReason;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the values that {@code docs/observability.md} lists, and on which alerts depend,
 * to those of the product.
 */
class ObservabilityDocumentTests {

	private static final Path DOCUMENT = Documents.TOP.resolve("docs/observability.md");

	private static final Pattern ROW = Pattern.compile("^\\| `([^`]+)` \\|", Pattern.MULTILINE);

	private static final Pattern CODE = Pattern.compile("`([^`]+)`");

	@Test
	void failureReasonsAreThoseOfTheMeter() {
		assertThat(values(ROW, section("### Failure reasons\n", "\n## "))).containsExactlyInAnyOrderElementsOf(
				Arrays.stream(FailureReason.values()).map(FailureReason::tag).toList());
	}

	@Test
	void pluginStatesAreThoseOfTheEndpoint() {
		assertThat(values(CODE, section("- its state (", ")"))).containsExactlyElementsOf(
				Arrays.stream(PluginState.values()).map((state) -> state.name().toLowerCase(Locale.ROOT)).toList());
	}

	private static String section(String begin, String end) {
		String document = Documents.read(DOCUMENT);
		assertThat(document).containsOnlyOnce(begin);
		int start = document.indexOf(begin) + begin.length();
		return document.substring(start, document.indexOf(end, start));
	}

	private static List<String> values(Pattern pattern, String text) {
		return pattern.matcher(text)
			.results()
			.map((MatchResult result) -> result.group(1))
			.filter((value) -> !value.equals("reason"))
			.toList();
	}

}
