package io.gatewaywasm.boot.autoconfigure;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.convert.ConversionException;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Matches unless a property disables Wasm filters. Unlike Spring Boot's own condition,
 * accepts all values that Spring Boot converts to a boolean, such as {@code on} and
 * {@code 0}. Does not match if the value is invalid, which {@link DisabledFilter}
 * reports.
 */
final class OnWasmEnabledCondition extends SpringBootCondition {

	static final String PROPERTY = "gateway.wasm.enabled";

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		boolean enabled = isValid(context.getEnvironment()) && isEnabled(context.getEnvironment());
		return new ConditionOutcome(enabled,
				ConditionMessage.forCondition(PROPERTY).because(enabled ? "is true or missing" : "is not true"));
	}

	/** Returns whether the property is missing or is a boolean. */
	static boolean isValid(Environment environment) {
		try {
			isEnabled(environment);
			return true;
		}
		catch (ConversionException ex) {
			return false;
		}
	}

	/**
	 * Returns whether Wasm filters are enabled. Throws {@link ConversionException} if the
	 * property is not a boolean.
	 */
	static boolean isEnabled(Environment environment) {
		String value = environment.getProperty(PROPERTY);
		return value == null || !Boolean.FALSE
			.equals(ApplicationConversionService.getSharedInstance().convert(value, Boolean.class));
	}

}
