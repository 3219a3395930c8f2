package io.gatewaywasm.boot.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * Explains an {@link InvalidWasmPropertyException} that stops the application from
 * starting. Runs before Spring Boot's own analyzer, which does not know the remedy and
 * reports nothing if the property is missing.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
class InvalidWasmPropertyFailureAnalyzer extends AbstractFailureAnalyzer<InvalidWasmPropertyException> {

	private final Environment environment;

	InvalidWasmPropertyFailureAnalyzer(Environment environment) {
		this.environment = environment;
	}

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidWasmPropertyException cause) {
		return new PropertyFailure(this.environment).analyze(cause.getName(), cause.getValue(), cause.getReason(),
				cause.getRemedy(), cause);
	}

}
