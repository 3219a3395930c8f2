package io.gatewaywasm.boot.autoconfigure;

import java.util.Objects;
import java.util.regex.Pattern;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.Environment;
import org.springframework.util.PlaceholderResolutionException;

/**
 * Warns about placeholders that nothing replaces. Spring Boot leaves them as they are
 * written, so a filter would get the text {@code ${TOKEN}} in place of a token.
 */
final class UnresolvedPlaceholders {

	private static final Logger logger = LoggerFactory.getLogger(UnresolvedPlaceholders.class);

	private static final Pattern NAME = Pattern.compile("[\\w.\\[\\]-]{1,100}");

	private final Environment environment;

	private final PropertyOrigins properties;

	private UnresolvedPlaceholders(Environment environment) {
		this.environment = environment;
		this.properties = new PropertyOrigins(environment);
	}

	/** Logs a warning for each property below {@code part} with such a placeholder. */
	static void warn(Environment environment, ConfigurationPropertyName part) {
		UnresolvedPlaceholders placeholders = new UnresolvedPlaceholders(environment);
		ConfigurationPropertySources.get(environment).forEach((source) -> {
			if (source instanceof IterableConfigurationPropertySource iterable) {
				iterable.stream()
					.filter(part::isAncestorOf)
					.map(iterable::getConfigurationProperty)
					.filter(Objects::nonNull)
					.forEach(placeholders::check);
			}
		});
	}

	private void check(ConfigurationProperty property) {
		String name = property.getName().toString();
		if (!(property.getValue() instanceof CharSequence value)
				|| !Objects.equals(this.properties.property(name), property)) {
			return;
		}
		try {
			this.environment.resolveRequiredPlaceholders(value.toString());
		}
		catch (PlaceholderResolutionException ex) {
			// Neither its message, which has the whole value, nor a part of a secret.
			String placeholder = ex.getPlaceholder();
			String shown = NAME.matcher(placeholder).matches() ? placeholder : "...";
			logger.warn(
					"Property '{}' ({}) contains the placeholder '${{}}', which no property or environment variable"
							+ " replaces, so the text is used unchanged. Set it, give it a default value as in"
							+ " '${{}:value}', or write '\\${' to keep the text.",
					name, property.getOrigin(), shown, shown);
		}
		catch (RuntimeException ex) {
			// Whether the value can be used is for the binder to say.
			logger.warn("Property '{}' ({}) contains a placeholder that cannot be replaced.", name,
					property.getOrigin());
		}
	}

}
