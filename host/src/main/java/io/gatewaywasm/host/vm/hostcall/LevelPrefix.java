package io.gatewaywasm.host.vm.hostcall;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.gatewaywasm.host.abi.LogLevel;

/**
 * A line of an output stream, split into level and message. SDKs that log to an output
 * stream, such as G-Core's, put the level before the message: {@code [ERROR]: message}.
 * {@code message} is the message without the level.
 */
record LevelPrefix(LogLevel level, String message) {

	private static final Pattern PREFIX = Pattern.compile("\\[([A-Za-z]{4,8})]:? ?");

	private static final Map<String, LogLevel> LEVELS = Map.of("TRACE", LogLevel.TRACE, "DEBUG", LogLevel.DEBUG, "INFO",
			LogLevel.INFO, "WARN", LogLevel.WARN, "WARNING", LogLevel.WARN, "ERROR", LogLevel.ERROR, "CRITICAL",
			LogLevel.CRITICAL, "FATAL", LogLevel.CRITICAL);

	/**
	 * Parses a line. {@code otherwise} is the level of a line that does not begin with
	 * one.
	 */
	static LevelPrefix of(String line, LogLevel otherwise) {
		Matcher matcher = PREFIX.matcher(line);
		LogLevel level = matcher.lookingAt() ? LEVELS.get(matcher.group(1).toUpperCase(Locale.ROOT)) : null;
		return (level != null) ? new LevelPrefix(level, line.substring(matcher.end()))
				: new LevelPrefix(otherwise, line);
	}

}
