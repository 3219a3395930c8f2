package io.gatewaywasm.boot.autoconfigure;

import java.util.Arrays;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains a syntax error in {@code application.yml}, for which Spring Boot shows a stack
 * trace only. The exception does not name the file. The text of the line is not shown,
 * because it can have a password.
 */
class InvalidYamlFailureAnalyzer extends AbstractFailureAnalyzer<MarkedYAMLException> {

	private static final String LOADER = "org.springframework.boot.env.YamlPropertySourceLoader";

	/** The part of a problem that quotes a value: one that starts with an asterisk. */
	private static final Pattern VALUE = Pattern.compile("(?<=undefined alias) .*");

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, MarkedYAMLException cause) {
		Mark mark = cause.getProblemMark();
		// Applications can read other files while they start.
		if (mark == null
				|| Arrays.stream(cause.getStackTrace()).noneMatch((frame) -> LOADER.equals(frame.getClassName()))) {
			return null;
		}
		String problem = String.valueOf(cause.getProblem());
		return new FailureAnalysis(
				"A YAML file of the application's configuration cannot be read:\n\n    Line: %d, column %d\n    Reason: %s"
					.formatted(mark.getLine() + 1, mark.getColumn() + 1, VALUE.matcher(problem).replaceFirst("")),
				remedy(problem), cause);
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
