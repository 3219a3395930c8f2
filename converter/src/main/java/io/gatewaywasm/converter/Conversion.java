package io.gatewaywasm.converter;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The result of a conversion: properties, and notes on fields without an equivalent.
 */
final class Conversion {

	private final Map<String, Map<String, Object>> plugins = new LinkedHashMap<>();

	private final Map<String, Map<String, Object>> upstreams = new LinkedHashMap<>();

	private final Map<String, Map<String, Object>> registries = new LinkedHashMap<>();

	private final List<HigressService> services = new ArrayList<>();

	private final List<Map<String, Object>> routes = new ArrayList<>();

	private final List<Position> positions = new ArrayList<>();

	private final List<String> sources = new ArrayList<>();

	private final Set<String> notes = new LinkedHashSet<>();

	/** Adds a plugin under a valid and unique name. */
	String plugin(String name, Map<String, Object> settings) {
		String unique = unique(name, "filter", this.plugins.keySet());
		this.plugins.put(unique, settings);
		return unique;
	}

	/**
	 * Adds a plugin to all routes. The source runs lower ranks and higher priorities
	 * first.
	 */
	void onAllRoutes(String plugin, int rank, long priority) {
		this.positions.add(new Position(plugin, rank, priority));
	}

	/**
	 * Adds an upstream, unless there is one with this alias. Returns the URI of the
	 * upstream with this alias.
	 */
	String upstream(String name, String uri, String alias) {
		for (Map<String, Object> upstream : this.upstreams.values()) {
			if (alias.equals(upstream.get("aliases"))) {
				return String.valueOf(upstream.get("uri"));
			}
		}
		Map<String, Object> upstream = new LinkedHashMap<>();
		upstream.put("uri", uri);
		upstream.put("aliases", alias);
		this.upstreams.put(unique(name, "upstream", this.upstreams.keySet()), upstream);
		return uri;
	}

	void registry(String host, String secret) {
		String file = "/run/secrets/%s/config.json".formatted(secret);
		for (Map<String, Object> known : this.registries.values()) {
			if (host.equals(known.get("host"))) {
				if (!file.equals(known.get("docker-config"))) {
					note("The secret '%s' for '%s' is omitted, because a registry has one `docker-config`.", secret,
							host);
				}
				return;
			}
		}
		Map<String, Object> registry = new LinkedHashMap<>();
		registry.put("host", host);
		registry.put("docker-config", file);
		this.registries.put(unique(host, "registry", this.registries.keySet()), registry);
		note("Mount the secret '%s' and set `gateway.wasm.registries.*.docker-config` to its file.", secret);
	}

	/** Adds services that the configurations of plugins can name. */
	void services(List<HigressService> services) {
		this.services.addAll(services);
	}

	List<HigressService> services() {
		return this.services;
	}

	void route(Map<String, Object> route) {
		this.routes.add(route);
	}

	void source(String source) {
		this.sources.add(source);
	}

	void note(String note, Object... arguments) {
		this.notes.add(note.formatted(arguments));
	}

	Map<String, Map<String, Object>> plugins() {
		return this.plugins;
	}

	Map<String, Map<String, Object>> upstreams() {
		return this.upstreams;
	}

	Map<String, Map<String, Object>> registries() {
		return this.registries;
	}

	List<Map<String, Object>> routes() {
		return this.routes;
	}

	List<String> sources() {
		return this.sources;
	}

	Set<String> notes() {
		return this.notes;
	}

	List<String> defaultFilters() {
		return this.positions.stream()
			.sorted(Comparator.comparingInt(Position::rank)
				.thenComparing(Comparator.comparingLong(Position::priority).reversed()))
			.map((position) -> "Wasm=" + position.plugin())
			.toList();
	}

	boolean isEmpty() {
		return this.plugins.isEmpty();
	}

	private static String unique(String name, String otherwise, Set<String> taken) {
		String valid = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
		String base = valid.isEmpty() ? otherwise : valid;
		String unique = base;
		for (int number = 2; taken.contains(unique); number++) {
			unique = base + "-" + number;
		}
		return unique;
	}

	private record Position(String plugin, int rank, long priority) {
	}

}
