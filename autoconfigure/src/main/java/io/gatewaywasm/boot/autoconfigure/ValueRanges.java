package io.gatewaywasm.boot.autoconfigure;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.AbstractBindHandler;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.util.unit.DataSize;

/**
 * Rejects numbers, durations and sizes that no property of this library can have: those
 * that are negative, those that are 0 unless {@link ZeroAllowed}, and durations that
 * exceed what a timer can count. A property can have a narrower range, which is checked
 * where it is used.
 */
final class ValueRanges extends AbstractBindHandler {

	/** Timers count nanoseconds, which would overflow after 292 years. */
	private static final Duration LONGEST = Duration.ofDays(10_000);

	ValueRanges(BindHandler parent) {
		super(parent);
	}

	@Override
	public @Nullable Object onSuccess(ConfigurationPropertyName name, Bindable<?> target, BindContext context,
			Object result) {
		if (KnownProperties.ROOT.isAncestorOf(name)) {
			check(name.toString(), target.getAnnotation(ZeroAllowed.class) != null, result);
		}
		return super.onSuccess(name, target, context, result);
	}

	private static void check(String property, boolean zeroAllowed, Object value) {
		if (value instanceof Duration duration) {
			check(property, duration, Long.signum(duration.compareTo(Duration.ZERO)), zeroAllowed, "duration",
					"Use a duration such as '1s'.");
			InvalidWasmPropertyException.unless(duration.compareTo(LONGEST) <= 0, property, duration,
					"The duration must be at most %d days".formatted(LONGEST.toDays()), "Use a duration such as '1s'.");
		}
		else if (value instanceof DataSize size) {
			check(property, size, Long.signum(size.toBytes()), zeroAllowed, "size", "Use a size such as '1MB'.");
		}
		else if (value instanceof Integer || value instanceof Long) {
			check(property, value, Long.signum(((Number) value).longValue()), zeroAllowed, "number",
					"Use a positive number, or remove the property to get the default.");
		}
	}

	private static void check(String property, Object value, int sign, boolean zeroAllowed, String noun,
			String remedy) {
		InvalidWasmPropertyException.unless(sign > 0 || (zeroAllowed && sign == 0), property, value, zeroAllowed
				? "The %s must not be negative".formatted(noun) : "The %s must be greater than 0".formatted(noun),
				remedy);
	}

}
