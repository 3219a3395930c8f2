package io.gatewaywasm.boot.actuate;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.convert.DurationStyle;

/**
 * Converts values to the form in which the endpoint shows them. Empty values become
 * {@code null}, which the endpoint omits.
 */
final class JsonValue {

	private JsonValue() {
	}

	static String of(Enum<?> value) {
		return value.name().toLowerCase(Locale.ROOT);
	}

	static @Nullable String of(String text) {
		return text.isEmpty() ? null : text;
	}

	static <T> @Nullable List<T> of(List<T> values) {
		return values.isEmpty() ? null : values;
	}

	static String of(Duration duration) {
		return DurationStyle.SIMPLE.print(duration, ChronoUnit.MILLIS);
	}

}
