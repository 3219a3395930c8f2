package io.gatewaywasm.boot.autoconfigure;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.origin.Origin;
import org.springframework.core.env.Environment;

/**
 * Describes an invalid property that stops the application from starting: name, value,
 * origin, reason and remedy. The value is shown as the operator wrote it, unless it may
 * be a secret.
 */
final class PropertyFailure {

	/** Parts of the names of properties whose values may hold secrets. */
	private static final List<String> SECRETS = List.of(".password", ".token", ".configuration", ".vm-configuration",
			".environment", ".verification-key");

	private final PropertyOrigins origins;

	PropertyFailure(Environment environment) {
		this.origins = new PropertyOrigins(environment);
	}

	FailureAnalysis analyze(String name, @Nullable Object value, @Nullable String reason, String remedy,
			Throwable cause) {
		StringBuilder description = new StringBuilder("A property of Gateway Wasm is invalid:\n\n");
		line(description, "Property", name);
		if (value != null) {
			line(description, "Value", "\"" + displayed(name, value) + "\"");
		}
		Origin origin = this.origins.find(name, value);
		if (origin != null) {
			line(description, (value != null) ? "Origin" : "Missing at", origin.toString());
		}
		line(description, "Reason", reason);
		return new FailureAnalysis(description.toString(), remedy, cause);
	}

	private String displayed(String name, Object value) {
		if (isSecret(name) || value.equals(InvalidWasmPropertyException.SECRET)) {
			return InvalidWasmPropertyException.SECRET;
		}
		ConfigurationProperty property = this.origins.property(name);
		Object written = (property != null && !property.getValue().toString().contains("${")) ? property.getValue()
				: value;
		return String.valueOf(InvalidWasmPropertyException.withoutUserInfo(written));
	}

	private static boolean isSecret(String name) {
		return SECRETS.stream().anyMatch((secret) -> name.endsWith(secret) || name.contains(secret + "."));
	}

	private static void line(StringBuilder description, String label, @Nullable String value) {
		description.append("    ").append(label).append(": ").append(value).append('\n');
	}

}
