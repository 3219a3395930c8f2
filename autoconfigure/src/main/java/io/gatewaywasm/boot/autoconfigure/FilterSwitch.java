package io.gatewaywasm.boot.autoconfigure;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

import io.gatewaywasm.boot.plugin.ClosestName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.core.convert.ConversionException;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * The property of Spring Cloud Gateway that turns the route filter {@code Wasm} on or
 * off.
 */
final class FilterSwitch {

	static final String PROPERTY = "spring.cloud.gateway.server.webflux.filter.wasm.enabled";

	private static final ConfigurationPropertyName NAME = ConfigurationPropertyName.of(PROPERTY);

	private static final ConfigurationPropertyName GATEWAY = ConfigurationPropertyName.of("spring.cloud.gateway");

	private static final Set<String> FILTERS = Set.of("filter", "filterwasm");

	private static final List<String> SERVERS = List.of("webflux", "webmvc");

	private static final Logger logger = LoggerFactory.getLogger(FilterSwitch.class);

	private FilterSwitch() {
	}

	/** Returns whether the property turns the filter off. */
	static boolean isOff(Environment environment) {
		// Spring Cloud Gateway knows no other text for false.
		return "false".equalsIgnoreCase(environment.getProperty(PROPERTY));
	}

	/**
	 * Throws {@link InvalidWasmPropertyException} if a property is meant to turn the
	 * filter off, but Spring Cloud Gateway does not read its name or its value. Only
	 * effective values count, and no other name does if the property itself is set.
	 */
	static void check(Environment environment) {
		String value = environment.getProperty(PROPERTY);
		if (StringUtils.hasText(value)) {
			InvalidWasmPropertyException.unless(isOff(environment) || !meansFalse(value), PROPERTY, value,
					"Spring Cloud Gateway does not take the value for 'false', so the Wasm filter would run",
					"Use 'true' or 'false'.");
			return;
		}
		PropertyOrigins origins = new PropertyOrigins(environment);
		StreamSupport.stream(ConfigurationPropertySources.get(environment).spliterator(), false)
			.filter(IterableConfigurationPropertySource.class::isInstance)
			.map(IterableConfigurationPropertySource.class::cast)
			.flatMap(IterableConfigurationPropertySource::stream)
			.filter((name) -> isLikeTheName(name) && !name.equals(NAME))
			.distinct()
			.map((name) -> origins.property(name.toString()))
			.filter((property) -> property != null && meansFalse(resolve(property, environment)))
			.forEach(FilterSwitch::report);
	}

	private static void report(ConfigurationProperty property) {
		if (!isWhereFiltersAre(property.getName())) {
			logger.warn("Property '{}' ({}) does not disable the Wasm filter. If it is meant to, use '{}'.",
					property.getName(), property.getOrigin(), PROPERTY);
			return;
		}
		throw new InvalidWasmPropertyException(property.getName().toString(), property.getValue(),
				"Spring Cloud Gateway does not read the property, so the Wasm filter would run",
				"Use '%s'.".formatted(PROPERTY));
	}

	private static boolean isLikeTheName(ConfigurationPropertyName name) {
		int last = name.getNumberOfElements() - 1;
		return GATEWAY.isAncestorOf(name) && name.getElement(last, Form.UNIFORM).equals("enabled")
				&& name.getElement(last - 1, Form.UNIFORM).equals("wasm")
				&& IntStream.range(0, last)
					.noneMatch((element) -> name.isNumericIndex(element)
							|| RoutePrefix.ANY_TEXT.contains(name.getElement(element, Form.UNIFORM)));
	}

	/**
	 * Returns whether the name belongs to the filters of a gateway of Spring, perhaps
	 * under an old prefix. Applications can have their own properties elsewhere.
	 */
	private static boolean isWhereFiltersAre(ConfigurationPropertyName name) {
		int prefix = GATEWAY.getNumberOfElements();
		int filters = name.getNumberOfElements() - 3;
		if (filters < prefix || !FILTERS.contains(name.getElement(filters, Form.UNIFORM))) {
			return false;
		}
		return filters == prefix || (filters == prefix + 2 && name.getElement(prefix, Form.UNIFORM).equals("server")
				&& ClosestName.of(name.getElement(prefix + 1, Form.UNIFORM), SERVERS).isPresent());
	}

	/** Returns the value, or an empty text if a placeholder refers to itself. */
	private static String resolve(ConfigurationProperty property, Environment environment) {
		try {
			return environment.resolvePlaceholders(Objects.toString(property.getValue(), ""));
		}
		catch (IllegalArgumentException ex) {
			return "";
		}
	}

	private static boolean meansFalse(String value) {
		try {
			return Boolean.FALSE.equals(ApplicationConversionService.getSharedInstance().convert(value, Boolean.class));
		}
		catch (ConversionException ex) {
			return false;
		}
	}

}
