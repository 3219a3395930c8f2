package io.gatewaywasm.boot.autoconfigure;

import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
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
		// An entry of a list lacks what each entry of the map must have.
		InvalidWasmPropertyException list = KnownProperties
			.listInPlaceOfMap(ConfigurationPropertyName.adapt(cause.getName(), '.'));
		InvalidWasmPropertyException shown = (list != null) ? list : cause;
		return new PropertyFailure(this.environment).analyze(shown.getName(), shown.getValue(), shown.getReason(),
				shown.getRemedy(), cause);
	}

}
