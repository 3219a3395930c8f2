package io.gatewaywasm.boot.gateway;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.gatewaywasm.host.plugin.FailStrategy;
import org.jspecify.annotations.Nullable;

import org.springframework.cloud.gateway.support.NameUtils;
import org.springframework.util.StringUtils;

/**
 * Checks the arguments of a route's filter. Spring Cloud Gateway ignores an argument that
 * the filter does not have: a mistyped {@code sha256} would not be checked, a second
 * plugin in the short form would not run. It also ends the refresh of all routes if a
 * value is not of an argument's type, so that arguments are texts and converted here.
 */
final class FilterArguments {

	private static final List<String> NAMES = List.of("plugin", "url", "sha256", "root-id", "configuration",
			"configuration-location", "fail-strategy");

	private static final Set<String> UNIFORM = NAMES.stream()
		.map(FilterArguments::uniform)
		.collect(Collectors.toUnmodifiableSet());

	private static final Pattern SHA256 = Pattern.compile("[0-9a-fA-F]{64}");

	/** Arguments are bound on the thread that makes the filter, just before. */
	private static final ThreadLocal<@Nullable Bound> LAST = new ThreadLocal<>();

	private FilterArguments() {
	}

	private record Bound(String routeId, Set<String> names) {

	}

	/**
	 * Takes note of the arguments of the filter that is made next.
	 * @param routeId the route of the filter
	 * @param arguments the arguments as they are written
	 */
	static void bound(String routeId, Map<String, Object> arguments) {
		LAST.set(new Bound(routeId, Set.copyOf(arguments.keySet())));
	}

	/**
	 * Checks that the filter has all arguments that were given.
	 * @param config the configuration made from them
	 * @throws io.gatewaywasm.boot.plugin.WasmPluginException if one is unknown
	 */
	static void check(WasmGatewayFilterFactory.Config config) {
		Bound bound = LAST.get();
		LAST.remove();
		if (bound == null || !bound.routeId().equals(config.getRouteId())) {
			return;
		}
		for (String name : new TreeSet<>(bound.names())) {
			if (name.startsWith(NameUtils.GENERATED_NAME_PREFIX)) {
				throw WasmGatewayFilterFactory.invalid(config, "The short form takes one plugin",
						"Write a filter for each plugin: 'Wasm=first', 'Wasm=second'.");
			}
			// Refused with a message of its own.
			if (!UNIFORM.contains(uniform(name)) && !uniform(name).equals("isolation")) {
				throw WasmGatewayFilterFactory.invalid(config, "The filter has no argument '%s'".formatted(name),
						("Its arguments are %s, each a text. All else"
								+ " belongs to a plugin declared under 'gateway.wasm.plugins'.")
							.formatted(String.join(", ", NAMES)));
			}
		}
	}

	static FailStrategy failStrategy(WasmGatewayFilterFactory.Config config) {
		String written = config.getFailStrategy();
		if (written == null) {
			return FailStrategy.CLOSED;
		}
		return Arrays.stream(FailStrategy.values())
			.filter((strategy) -> strategy.name().equalsIgnoreCase(written.strip()))
			.findFirst()
			.orElseThrow(() -> WasmGatewayFilterFactory.invalid(config,
					"'%s' is not a valid 'fail-strategy'".formatted(written),
					"Use one of " + Arrays.stream(FailStrategy.values())
						.map((strategy) -> "'" + strategy.name().toLowerCase(Locale.ROOT) + "'")
						.collect(Collectors.joining(", ")) + "."));
	}

	static void checkSha256(WasmGatewayFilterFactory.Config config) {
		String sha256 = config.getSha256();
		if (sha256 != null && !SHA256.matcher(sha256).matches()) {
			throw WasmGatewayFilterFactory.invalid(config, "'%s' is not a SHA-256".formatted(sha256),
					"Use 64 hexadecimal digits, without a prefix.");
		}
	}

	/** The form in which Spring Boot compares names. */
	private static String uniform(String name) {
		return StringUtils.replace(name, "-", "").toLowerCase(Locale.ROOT);
	}

}
