package io.gatewaywasm.boot.autoconfigure;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * A map of properties whose keys are names that the user chose, such as the plugins.
 * {@code kind} is what an entry is, with an article. {@code bound} has the entries that
 * Spring Boot has bound, by name. {@code complete} says whether an entry has the property
 * that every entry needs. {@code maps} has the names of an entry's properties that are
 * maps with any keys.
 */
record NamedEntries<T>(ConfigurationPropertyName property, String kind, Map<String, T> bound, Predicate<T> complete,
		List<String> properties, List<String> maps) {

	static List<NamedEntries<?>> all(WasmGatewayProperties properties, WasmFetchProperties fetch) {
		return List.of(plugins(properties.plugins()), upstreams(properties.upstreams()), redis(properties.redis()),
				registries(fetch.registries()), vmIds(properties.sharedData().vmIds()));
	}

	static NamedEntries<WasmPluginProperties> plugins(Map<String, WasmPluginProperties> bound) {
		Stream<String> limits = KnownProperties.names(WasmPluginProperties.Limits.class)
			.stream()
			.map((name) -> "limits." + name);
		Stream<String> properties = KnownProperties.names(WasmPluginProperties.class)
			.stream()
			.filter((name) -> !name.equals("limits") && !name.equals("environment"));
		return new NamedEntries<>(name("plugins"), "a plugin", bound, (plugin) -> StringUtils.hasText(plugin.url()),
				Stream.concat(properties, limits).toList(), List.of("environment"));
	}

	static NamedEntries<WasmGatewayProperties.UpstreamProperties> upstreams(
			Map<String, WasmGatewayProperties.UpstreamProperties> bound) {
		return new NamedEntries<>(name("upstreams"), "an upstream", bound, (upstream) -> upstream.uri() != null,
				KnownProperties.names(WasmGatewayProperties.UpstreamProperties.class), List.of());
	}

	static NamedEntries<WasmGatewayProperties.RedisProperties> redis(
			Map<String, WasmGatewayProperties.RedisProperties> bound) {
		return new NamedEntries<>(name("redis"), "a Redis server", bound, (server) -> server.uri() != null,
				KnownProperties.names(WasmGatewayProperties.RedisProperties.class), List.of());
	}

	static NamedEntries<WasmFetchProperties.Registry> registries(Map<String, WasmFetchProperties.Registry> bound) {
		return new NamedEntries<>(name("registries"), "a registry", bound,
				(registry) -> StringUtils.hasText(registry.host()),
				KnownProperties.names(WasmFetchProperties.Registry.class), List.of());
	}

	static NamedEntries<WasmGatewayProperties.SharedVmId> vmIds(Map<String, WasmGatewayProperties.SharedVmId> bound) {
		return new NamedEntries<>(name("shared-data.vm-ids"), "a VM id", bound,
				(vmId) -> vmId.store() != null || vmId.onFailure() != null,
				KnownProperties.names(WasmGatewayProperties.SharedVmId.class), List.of());
	}

	private static ConfigurationPropertyName name(String map) {
		return ConfigurationPropertyName.of(KnownProperties.ROOT + "." + map);
	}

	/** Returns the entries that the user meant, by name. */
	Map<String, T> declared(Environment environment) {
		return new ImpliedEntries(environment).removedFrom(this);
	}

	/** Returns what an entry is, without an article. */
	String noun() {
		return this.kind.substring(this.kind.indexOf(' ') + 1);
	}

	/** Returns how the names of environment variables begin that set a property. */
	String variables() {
		return variable(this.property.toString()) + "_";
	}

	/** Returns the name of the environment variable for a property of an entry. */
	String variable(String entry, String entryProperty) {
		return variables() + variable(uniform(entry)) + "_" + variable(entryProperty);
	}

	/**
	 * Returns the names of the environment variables that Spring Boot reads for a
	 * property of an entry: without dashes, or with underscores in their place. If a
	 * variable spells the whole name of the entry, Spring Boot also reads the rest in
	 * both forms.
	 */
	Set<String> possibleVariables(String entry, String entryProperty) {
		Stream<String> names = Stream.of(variable(entry, entryProperty),
				dashed(this.property + "." + entry + "." + entryProperty));
		return (uniform(entry).equals(entry)
				? Stream.concat(names, Stream.of(variables() + variable(entry) + "_" + dashed(entryProperty))) : names)
			.collect(Collectors.toUnmodifiableSet());
	}

	/**
	 * Returns the exception for an entry whose name, or one of whose aliases, another
	 * entry has as its name or alias. {@code prefix} ends with a dot.
	 */
	static InvalidWasmPropertyException conflict(String prefix, String entry, String name, String noun) {
		boolean alias = !name.equals(entry);
		return new InvalidWasmPropertyException(prefix + entry + (alias ? ".aliases" : ""), name,
				"'%s' is %s '%s', but also the name or an alias of another %s".formatted(name,
						alias ? "an alias of the " + noun : "the name of the " + noun, entry, noun),
				"Remove the alias '%s' from one of the two.".formatted(name));
	}

	/** Returns the form in which Spring Boot compares names. */
	static String uniform(String name) {
		return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
	}

	/** Returns the name with underscores in the place of dashes and dots. */
	static String dashed(String name) {
		return name.replace('-', '_').replace('.', '_').toUpperCase(Locale.ROOT);
	}

	private static String variable(String name) {
		return name.replace("-", "").replace('.', '_').toUpperCase(Locale.ROOT);
	}

}
