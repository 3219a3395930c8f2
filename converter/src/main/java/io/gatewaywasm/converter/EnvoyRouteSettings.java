package io.gatewaywasm.converter;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Settings of filters for single routes, which can be in other documents than the
 * filters.
 */
final class EnvoyRouteSettings {

	private static final Set<String> FIELDS = Set.of("typed_per_filter_config", "typedPerFilterConfig");

	private final Conversion conversion;

	/** The places of the settings, with the name of the filter. */
	private final Map<String, String> places = new LinkedHashMap<>();

	EnvoyRouteSettings(Conversion conversion) {
		this.conversion = conversion;
	}

	/** Takes a field that contains settings of a route, and returns whether it does. */
	boolean add(String file, String path, String field, @Nullable Object value) {
		if (!FIELDS.contains(field) || !(value instanceof Map<?, ?> settings)) {
			return false;
		}
		settings.keySet()
			.forEach((filter) -> this.places.put("%s: `%s.%s`".formatted(file, path, filter), String.valueOf(filter)));
		return true;
	}

	/** Notes the settings of the filters with these names. */
	void finish(Set<String> filters) {
		this.places.forEach((place, filter) -> {
			if (filters.contains(filter)) {
				this.conversion.note("%s has no equivalent. Write the filters of this route into its `filters`.",
						place);
			}
		});
	}

}
