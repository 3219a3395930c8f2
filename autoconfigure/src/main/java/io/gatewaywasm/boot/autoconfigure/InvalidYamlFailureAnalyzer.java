package io.gatewaywasm.boot.autoconfigure;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains a syntax error in {@code application.yml}, for which Spring Boot shows a stack
 * trace only. The exception does not name the file.
 */
class InvalidYamlFailureAnalyzer extends AbstractFailureAnalyzer<MarkedYAMLException> {

	private static final String LOADER = "org.springframework.boot.env.YamlPropertySourceLoader";

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, MarkedYAMLException cause) {
		Mark mark = cause.getProblemMark();
		// Applications can read other files while they start.
		if (mark == null
				|| Arrays.stream(cause.getStackTrace()).noneMatch((frame) -> LOADER.equals(frame.getClassName()))) {
			return null;
		}
		return new FailureAnalysis(
				"A YAML file of the application's configuration cannot be read:\n\n    Line: %d, column %d\n    Reason: %s\n\n%s"
					.formatted(mark.getLine() + 1, mark.getColumn() + 1, cause.getProblem(), mark.get_snippet(4, 120)),
				remedy(String.valueOf(cause.getProblem())), cause);
	}

	private static String remedy(String problem) {
		if (problem.contains("duplicate key")) {
			return "Merge the two blocks under one key. Keys with dots are one key too.";
		}
		if (problem.contains("TAB")) {
			return "Indent the line with spaces.";
		}
		return "Compare the indentation of this line with the lines above, and put values with ': ' or ' #' in quotes.";
	}

}
