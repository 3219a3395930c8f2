package io.gatewaywasm.boot.autoconfigure;

import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.origin.Origin;
import org.springframework.core.env.Environment;

/**
 * Finds where properties are written.
 */
final class PropertyOrigins {

	private final Environment environment;

	PropertyOrigins(Environment environment) {
		this.environment = environment;
	}

	/**
	 * Return where a property is written, or, if it is missing, one beside which it is
	 * missing.
	 * @param property the name of the property
	 * @return the place, or {@code null} if it is not known
	 */
	@Nullable Origin find(String property) {
		ConfigurationPropertyName name = ConfigurationPropertyName.adapt(property, '.');
		return property(name).map(Origin::from).or(() -> below(name)).or(() -> below(name.getParent())).orElse(null);
	}

	/**
	 * Return a property as it is written.
	 * @param property the name of the property
	 * @return the property, or {@code null} if there is none
	 */
	@Nullable ConfigurationProperty property(String property) {
		return property(ConfigurationPropertyName.adapt(property, '.')).orElse(null);
	}

	private Optional<ConfigurationProperty> property(ConfigurationPropertyName name) {
		return StreamSupport.stream(ConfigurationPropertySources.get(this.environment).spliterator(), false)
			.map((source) -> source.getConfigurationProperty(name))
			.filter((property) -> property != null)
			.findFirst();
	}

	private Optional<Origin> below(ConfigurationPropertyName parent) {
		return StreamSupport.stream(ConfigurationPropertySources.get(this.environment).spliterator(), false)
			.flatMap((source) -> (source instanceof IterableConfigurationPropertySource iterable) ? iterable.stream()
				.filter(parent::isAncestorOf)
				.map((name) -> Origin.from(iterable.getConfigurationProperty(name))) : Stream.empty())
			.filter((origin) -> origin != null)
			.findFirst();
	}

}
