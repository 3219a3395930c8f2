package io.gatewaywasm.boot.gateway;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import io.gatewaywasm.boot.gateway.WasmGatewayFilterFactory.Config;
import io.gatewaywasm.boot.plugin.ClosestName;
import io.gatewaywasm.boot.plugin.WasmPluginException;
import io.gatewaywasm.host.abi.PrintableText;
import io.gatewaywasm.host.plugin.FailStrategy;
import io.gatewaywasm.registry.oci.Digest;
import org.jspecify.annotations.Nullable;

import org.springframework.cloud.gateway.support.NameUtils;
import org.springframework.util.StringUtils;

/**
 * Checks the arguments of a route's filter. Spring Cloud Gateway ignores unknown
 * arguments: a mistyped {@code sha256} would go unchecked, and a second plugin in the
 * short form would not run. A value of the wrong type would stop the refresh of all
 * routes, so all arguments are strings and are converted here.
 */
final class FilterArguments {

	private static final List<String> NAMES = List.of("plugin", "url", "sha256", "root-id", "configuration",
			"configuration-location", "fail-strategy");

	private static final Set<String> UNIFORM = NAMES.stream()
		.map(FilterArguments::uniform)
		.collect(Collectors.toUnmodifiableSet());

	/**
	 * Spring Cloud Gateway binds the arguments on the thread that then creates the
	 * filter.
	 */
	private static final ThreadLocal<@Nullable Bound> LAST = new ThreadLocal<>();

	private FilterArguments() {
	}

	private record Bound(String routeId, Set<String> names) {

	}

	/** Records the names of the arguments for the filter that is created next. */
	static void bound(String routeId, Map<String, Object> arguments) {
		LAST.set(new Bound(routeId, Set.copyOf(arguments.keySet())));
	}

	/** Throws a {@code WasmPluginException} if an argument is unknown. */
	static void check(Config config) {
		Bound bound = LAST.get();
		LAST.remove();
		if (bound == null || !bound.routeId().equals(config.getRouteId())) {
			return;
		}
		for (String name : new TreeSet<>(bound.names())) {
			if (name.startsWith(NameUtils.GENERATED_NAME_PREFIX)) {
				throw invalid(config, "The short form takes one plugin",
						"Write a filter for each plugin: 'Wasm=first', 'Wasm=second'.");
			}
			if (!UNIFORM.contains(uniform(name))) {
				if (name.matches("[0-9]+(\\..*)?")) {
					throw invalid(config, "The arguments are written as a list, but each needs a name",
							"Write 'args: { plugin: name-of-the-plugin }', without '- ' in front of the arguments.");
				}
				checkText(config, name);
				throw invalid(config, "The filter has no argument '%s'".formatted(name),
						ClosestName.hint(name, NAMES)
								+ ("Its arguments are %s, and their values are text. Everything else"
										+ " belongs to a plugin declared under 'gateway.wasm.plugins'.")
									.formatted(String.join(", ", NAMES)));
			}
		}
	}

	/** A map or list in place of a text has names such as {@code configuration.rules}. */
	private static void checkText(Config config, String name) {
		String argument = name.replaceFirst("[.\\[].*", "");
		if (UNIFORM.contains(uniform(argument))) {
			throw invalid(config, "'%s' is a map or a list, but must be text".formatted(argument), uniform(argument)
				.equals("configuration")
						? "Write it as an indented text block after 'configuration: |', or move it to a file and set"
								+ " 'configuration-location'."
						: "Write a single value after '%s:'.".formatted(argument));
		}
	}

	static FailStrategy failStrategy(Config config) {
		String written = config.getFailStrategy();
		if (written == null) {
			return FailStrategy.CLOSED;
		}
		return Arrays.stream(FailStrategy.values())
			.filter((strategy) -> strategy.name().equalsIgnoreCase(written.strip()))
			.findFirst()
			.orElseThrow(() -> invalid(config, "'%s' is not a valid 'fail-strategy'".formatted(written),
					"Use one of " + Arrays.stream(FailStrategy.values())
						.map((strategy) -> "'" + strategy.name().toLowerCase(Locale.ROOT) + "'")
						.collect(Collectors.joining(", ")) + "."));
	}

	static void checkSha256(Config config) {
		String sha256 = config.getSha256();
		if (sha256 != null && !Digest.isSha256(sha256)) {
			throw invalid(config, "'%s' is not a SHA-256 digest".formatted(sha256),
					"Use 64 hexadecimal digits, without a prefix.");
		}
	}

	static WasmPluginException invalid(Config config, String reason, String remedy) {
		String plugin = StringUtils.hasText(config.getPlugin()) ? config.getPlugin()
				: StringUtils.hasText(config.getUrl()) ? config.getUrl() : "";
		return new WasmPluginException(plugin, config.getRouteId(), null,
				PrintableText.of(reason, PrintableText.MESSAGE), remedy, null);
	}

	/** Returns the name in the form in which Spring Boot compares names. */
	private static String uniform(String name) {
		return StringUtils.replace(name, "-", "").toLowerCase(Locale.ROOT);
	}

}
