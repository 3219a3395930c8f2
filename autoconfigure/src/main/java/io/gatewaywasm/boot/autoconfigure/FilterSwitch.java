package io.gatewaywasm.boot.autoconfigure;

import java.util.Objects;
import java.util.stream.StreamSupport;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.core.convert.ConversionException;
import org.springframework.core.env.Environment;

/**
 * The property of Spring Cloud Gateway that turns the route filter {@code Wasm} on or
 * off.
 */
final class FilterSwitch {

	static final String PROPERTY = "spring.cloud.gateway.server.webflux.filter.wasm.enabled";

	private static final ConfigurationPropertyName NAME = ConfigurationPropertyName.of(PROPERTY);

	private static final ConfigurationPropertyName GATEWAY = ConfigurationPropertyName.of("spring.cloud.gateway");

	private FilterSwitch() {
	}

	/** Returns whether the property turns the filter off. */
	static boolean isOff(Environment environment) {
		// Spring Cloud Gateway knows no other text for false.
		return "false".equalsIgnoreCase(environment.getProperty(PROPERTY));
	}

	/**
	 * Throws {@link InvalidWasmPropertyException} if a property is meant to turn the
	 * filter off, but Spring Cloud Gateway does not read its name or its value.
	 */
	static void check(Environment environment) {
		if (isOff(environment)) {
			return;
		}
		String value = environment.getProperty(PROPERTY);
		InvalidWasmPropertyException.unless(!meansFalse(value), PROPERTY, value,
				"Spring Cloud Gateway does not take the value for 'false', so the Wasm filter would run",
				"Use 'true' or 'false'.");
		StreamSupport.stream(ConfigurationPropertySources.get(environment).spliterator(), false)
			.filter(IterableConfigurationPropertySource.class::isInstance)
			.map(IterableConfigurationPropertySource.class::cast)
			.flatMap((source) -> source.stream()
				.filter((name) -> isLikeTheName(name) && !name.equals(NAME))
				.map(source::getConfigurationProperty))
			.filter((property) -> property != null && meansFalse(property.getValue()))
			.findFirst()
			.ifPresent(FilterSwitch::refuse);
	}

	private static void refuse(ConfigurationProperty property) {
		throw new InvalidWasmPropertyException(property.getName().toString(), property.getValue(),
				"Spring Cloud Gateway does not read the property, so the Wasm filter would run",
				"Use '%s'.".formatted(PROPERTY));
	}

	private static boolean isLikeTheName(ConfigurationPropertyName name) {
		int last = name.getNumberOfElements() - 1;
		return GATEWAY.isAncestorOf(name) && name.getElement(last, Form.UNIFORM).equals("enabled")
				&& name.getElement(last - 1, Form.UNIFORM).equals("wasm");
	}

	private static boolean meansFalse(@Nullable Object value) {
		try {
			return Boolean.FALSE.equals(ApplicationConversionService.getSharedInstance()
				.convert(Objects.toString(value, ""), Boolean.class));
		}
		catch (ConversionException ex) {
			return false;
		}
	}

}
