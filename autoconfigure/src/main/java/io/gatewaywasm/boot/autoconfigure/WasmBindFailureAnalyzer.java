package io.gatewaywasm.boot.autoconfigure;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.util.unit.DataSize;

/**
 * Explains a {@link BindException} for a property of this library, which means that the
 * value does not have the property's type. Runs before Spring Boot's own analyzer, which
 * shows secret values and does not give an example of a valid value.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
class WasmBindFailureAnalyzer extends AbstractFailureAnalyzer<BindException> {

	private static final String PREFIX = "gateway.wasm.";

	private static final Pattern FILTER = Pattern
		.compile("spring\\.cloud\\.gateway\\..*(?:filters|default-filters)\\[[0-9]+]\\.wasm(\\..*)?");

	private static final Pattern ARGUMENTS = Pattern.compile("(spring\\.cloud\\.gateway\\..*filters\\[[0-9]+])\\.args");

	private static final Set<String> LOCATIONS = Set.of("url", "uri");

	private final Environment environment;

	WasmBindFailureAnalyzer(Environment environment) {
		this.environment = environment;
	}

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, BindException cause) {
		String name = cause.getName().toString();
		if (cause.getCause() instanceof UnboundConfigurationPropertiesException unbound) {
			return filterWrittenAsMap(unbound);
		}
		if (!name.startsWith(PREFIX)) {
			return argumentsWrittenAsValue(name, cause);
		}
		InvalidWasmPropertyException list = KnownProperties.listInPlaceOfMap(cause.getName());
		if (list != null) {
			return new PropertyFailure(this.environment).analyze(list.getName(), list.getValue(), list.getReason(),
					list.getRemedy(), cause);
		}
		ConfigurationProperty property = (cause.getProperty() != null) ? cause.getProperty()
				: new PropertyOrigins(this.environment).property(name);
		Class<?> type = cause.getTarget().getType().resolve(Object.class);
		return new PropertyFailure(this.environment).analyze(name, (property != null) ? property.getValue() : null,
				reason(type) + flaw(cause), hint(name, type, property) + remedy(type), cause);
	}

	/** Returns what is wrong with a regular expression, or an empty string. */
	private static String flaw(BindException failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof PatternSyntaxException invalid) {
				return ": " + invalid.getDescription()
						+ ((invalid.getIndex() >= 0) ? " at character " + (invalid.getIndex() + 1) : "");
			}
		}
		return "";
	}

	/** Returns the property that a single value in place of a group was meant for. */
	private static String hint(String name, Class<?> type, @Nullable ConfigurationProperty property) {
		if (!type.isRecord() || property == null || !property.getValue().toString().contains(":")) {
			return "";
		}
		return KnownProperties.names(type)
			.stream()
			.filter(LOCATIONS::contains)
			.findFirst()
			.map((location) -> "Did you mean '%s.%s'? ".formatted(name, location))
			.orElse("");
	}

	private @Nullable FailureAnalysis filterWrittenAsMap(UnboundConfigurationPropertiesException unbound) {
		return unbound.getUnboundProperties()
			.stream()
			.filter((property) -> FILTER.matcher(property.getName().toString()).matches())
			.findFirst()
			.map((property) -> new PropertyFailure(this.environment).analyze(property.getName().toString(),
					property.getValue(), "The name of a filter is written as a property",
					"Write the filter as '- Wasm=%s'.".formatted(plugin(property)), unbound))
			.orElse(null);
	}

	private static String plugin(ConfigurationProperty property) {
		String name = property.getName().getLastElement(ConfigurationPropertyName.Form.UNIFORM);
		return List.of("wasm", "plugin", "url").contains(name)
				? String.valueOf(InvalidWasmPropertyException.withoutUserInfo(property.getValue()))
				: "name-of-the-plugin";
	}

	private @Nullable FailureAnalysis argumentsWrittenAsValue(String name, BindException cause) {
		Matcher matcher = ARGUMENTS.matcher(name);
		PropertyOrigins origins = new PropertyOrigins(this.environment);
		ConfigurationProperty filter = matcher.matches() ? origins.property(matcher.group(1) + ".name") : null;
		ConfigurationProperty value = origins.property(name);
		if (filter == null || value == null || !RoutePrefix.isWasm(filter)) {
			return null;
		}
		String shown = String.valueOf(InvalidWasmPropertyException.withoutUserInfo(value.getValue()));
		return new PropertyFailure(this.environment).analyze(name, value.getValue(),
				"The arguments are a single value, but each needs a name",
				"Write them as 'args: { plugin: %s }', or the filter as '- Wasm=%s'.".formatted(shown, shown), cause);
	}

	static String reason(Class<?> type) {
		if (type.isRecord()) {
			return "The value is not a group of properties";
		}
		return "The value is not " + (type.isEnum() ? "one of the valid values" : article(type));
	}

	private static String article(Class<?> type) {
		if (type == Duration.class) {
			return "a duration";
		}
		if (type == DataSize.class) {
			return "a size";
		}
		if (Map.class.isAssignableFrom(type)) {
			return "a group of entries";
		}
		if (type == Pattern.class) {
			return "a regular expression";
		}
		if (isNumber(type)) {
			return "a whole number";
		}
		return "a " + type.getSimpleName();
	}

	private static boolean isNumber(Class<?> type) {
		return Number.class.isAssignableFrom(type) || (type.isPrimitive() && type != boolean.class);
	}

	static String remedy(Class<?> type) {
		if (type.isRecord()) {
			return "Indent its properties under it. Valid names are %s.".formatted(KnownProperties.names(type));
		}
		if (Map.class.isAssignableFrom(type)) {
			return "Indent the entries under it, each with its name as the key.";
		}
		if (type.isEnum()) {
			return "Use one of " + Arrays.stream(type.getEnumConstants())
				.map((constant) -> "'" + ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-') + "'")
				.collect(Collectors.joining(", ")) + ".";
		}
		if (type == Duration.class) {
			return "Use a number and a unit, such as '100ms', '5s' or '1m'.";
		}
		if (type == DataSize.class) {
			return "Use a number and a unit, such as '128KB' or '1MB'.";
		}
		if (type == Boolean.class || type == boolean.class) {
			return "Use 'true' or 'false'.";
		}
		if (isNumber(type)) {
			return "Use digits only, such as '4'.";
		}
		if (type == Pattern.class) {
			return "Use the syntax of Java, with a backslash before a character such as '(' that stands for itself.";
		}
		return "Correct the value. All properties are described in docs/configuration.md.";
	}

}
