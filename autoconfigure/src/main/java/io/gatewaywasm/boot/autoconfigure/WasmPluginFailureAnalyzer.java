package io.gatewaywasm.boot.autoconfigure;

import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.gatewaywasm.boot.plugin.WasmPluginException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.origin.Origin;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Explains a {@link WasmPluginException} that stops the application from starting.
 */
class WasmPluginFailureAnalyzer extends AbstractFailureAnalyzer<WasmPluginException> {

	private final Environment environment;

	WasmPluginFailureAnalyzer(Environment environment) {
		this.environment = environment;
	}

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, WasmPluginException cause) {
		StringBuilder description = new StringBuilder("A Wasm plugin cannot be used:\n\n");
		if (!cause.getPlugin().isEmpty()) {
			line(description, "Plugin", cause.getPlugin());
		}
		if (cause.getRouteId() != null) {
			line(description, "Route", cause.getRouteId());
		}
		String property = property(cause);
		if (property != null) {
			line(description, "Property", property);
		}
		if (cause.getLocation() != null) {
			line(description, "Location", cause.getLocation());
		}
		Origin origin = origin(cause);
		if (origin != null) {
			line(description, "Declared at", origin.toString());
		}
		Origin configuration = configurationOrigin(cause);
		if (configuration != null) {
			line(description, "Configured at", configuration.toString());
		}
		line(description, "Reason", cause.getProblem() + cause.getDetails().replace("\n", "\n    "));
		return new FailureAnalysis(description.toString(), cause.getRemedy(), cause);
	}

	/** Returns the full name of the property that is invalid, or {@code null}. */
	private @Nullable String property(WasmPluginException cause) {
		String property = cause.getProperty();
		if (property == null) {
			return null;
		}
		PropertyOrigins origins = new PropertyOrigins(this.environment);
		String declared = "gateway.wasm.plugins." + cause.getPlugin() + "." + property;
		Stream<String> arguments = RoutePrefix.ALL.stream()
			.map((gateway) -> gateway + "." + cause.getFilter() + ".args." + property);
		return Stream.concat((cause.getFilter() != null) ? arguments : Stream.empty(), Stream.of(declared))
			.filter((name) -> origins.property(name) != null)
			.findFirst()
			.orElse(null);
	}

	private @Nullable Origin origin(WasmPluginException cause) {
		PropertyOrigins origins = new PropertyOrigins(this.environment);
		String property = property(cause);
		if (property != null) {
			return origins.find(property);
		}
		Origin filter = (cause.getFilter() != null) ? origins.ofFilter(cause.getFilter()) : null;
		if (filter != null) {
			return filter;
		}
		if (cause.getRouteId() != null) {
			return origins.ofRoute(cause.getRouteId(), names(cause));
		}
		return cause.getPlugin().isEmpty() ? null : origins.find("gateway.wasm.plugins." + cause.getPlugin() + ".url");
	}

	/**
	 * Returns the origin of the declared plugin's configuration, which the filter may
	 * have rejected. It can come from another source than the location of the module.
	 */
	private @Nullable Origin configurationOrigin(WasmPluginException cause) {
		if (cause.getPlugin().isEmpty() || cause.getRouteId() != null || cause.getProperty() != null) {
			return null;
		}
		PropertyOrigins origins = new PropertyOrigins(this.environment);
		return Stream.of("configuration", "configuration-location")
			.map((name) -> origins.property("gateway.wasm.plugins." + cause.getPlugin() + "." + name))
			.map(Origin::from)
			.filter(Objects::nonNull)
			.findFirst()
			.orElse(null);
	}

	/** A filter names its plugin, or the location of the module. */
	private static Set<String> names(WasmPluginException cause) {
		return Stream.of(cause.getPlugin(), cause.getLocation())
			.filter(StringUtils::hasText)
			.collect(Collectors.toSet());
	}

	private static void line(StringBuilder description, String label, String value) {
		description.append("    ").append(label).append(": ").append(value.strip()).append('\n');
	}

}
