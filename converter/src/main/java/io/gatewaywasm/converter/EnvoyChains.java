package io.gatewaywasm.converter;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The chains of HTTP filters in documents of Envoy, one for each filter chain of each
 * listener. The gateway has no filter chains: a converted filter runs on all routes.
 * Filters that not all chains contain are therefore reported in the notes.
 */
final class EnvoyChains {

	/** A chain of filters of a configuration that is not in a chain. */
	static final String NONE = "";

	private static final Set<String> FIELDS = Set.of("http_filters", "httpFilters");

	private static final Set<String> UPSTREAM_FIELDS = Set.of("upstream_http_filters", "upstreamHttpFilters");

	private final Conversion conversion;

	private final Set<String> chains = new LinkedHashSet<>();

	/** The plugins of the filters, and the chains of each. */
	private final Map<Use, Set<String>> uses = new LinkedHashMap<>();

	private final Map<Use, String> plugins = new LinkedHashMap<>();

	private final Map<String, Set<String>> discovered = new LinkedHashMap<>();

	EnvoyChains(Conversion conversion) {
		this.conversion = conversion;
	}

	/** Returns whether a field contains the HTTP filters of a chain. */
	static boolean isHttp(String field) {
		return FIELDS.contains(field);
	}

	/** Returns whether a field contains filters that run one after the other. */
	static boolean isChain(String field) {
		return isHttp(field) || isUpstream(field) || field.equals("filters");
	}

	/** Returns whether a field contains the filters of the requests of the router. */
	static boolean isUpstream(String field) {
		return UPSTREAM_FIELDS.contains(field);
	}

	/** Returns whether a filter is the last of each chain, which the gateway replaces. */
	static boolean isRouter(Map<?, ?> filter) {
		Object config = filter.containsKey("typed_config") ? filter.get("typed_config") : filter.get("typedConfig");
		return "envoy.filters.http.router".equals(filter.get("name")) || "envoy.router".equals(filter.get("name"))
				|| (config instanceof Map<?, ?> map && String.valueOf(map.get("@type")).endsWith(".router.v3.Router"));
	}

	void add(String chain) {
		this.chains.add(chain);
	}

	/** Remembers that the filter of an extension discovery service is in a chain. */
	void discovered(EnvoyEntry entry) {
		this.discovered.computeIfAbsent(entry.name(), (name) -> new LinkedHashSet<>()).add(entry.chain());
		if (entry.isDisabled()) {
			this.conversion.note("Filter '%s' is disabled. Move its plugin to the routes that enable it.",
					entry.name());
		}
	}

	/**
	 * Returns the plugin of the same filter in another chain, so that it runs once.
	 */
	@Nullable String inOtherChain(Use use, String chain) {
		Set<String> known = this.uses.get(use);
		return (known != null && (chain.equals(NONE) || known.add(chain))) ? this.plugins.get(use) : null;
	}

	void plugin(Use use, String chain, String plugin) {
		this.uses.computeIfAbsent(use, (key) -> new LinkedHashSet<>()).add(chain);
		this.plugins.putIfAbsent(use, plugin);
	}

	/**
	 * Notes the filters that not all chains contain, and those without a configuration.
	 */
	void finish() {
		this.discovered.keySet()
			.stream()
			.filter((filter) -> this.plugins.keySet().stream().noneMatch((use) -> use.filter().equals(filter)))
			.forEach((filter) -> this.conversion
				.note("Filter '%s': its configuration comes from a discovery service. Convert that one.", filter));
		this.plugins.forEach((use, plugin) -> {
			Set<String> own = new LinkedHashSet<>(this.uses.getOrDefault(use, Set.of()));
			if (this.discovered.containsKey(use.filter())) {
				own.addAll(this.discovered.getOrDefault(use.filter(), Set.of()));
				order(use, plugin);
			}
			own.remove(NONE);
			if (!own.isEmpty() && !use.isDisabled() && !own.containsAll(this.chains)) {
				scope(plugin, List.copyOf(own));
			}
		});
	}

	private void order(Use use, String plugin) {
		if (this.plugins.size() > 1) {
			this.conversion.note(
					"Filter '%s': its place among the other filters is in another resource. Check the place of `Wasm=%s`.",
					use.filter(), plugin);
		}
	}

	private void scope(String plugin, List<String> own) {
		this.conversion.note(
				"'%s' is on all routes, but was only in %s of %d filter chains: %s. Move it to the routes of these.",
				plugin, own.size(), this.chains.size(), String.join(", ", own));
	}

	/**
	 * A filter with its configuration. {@code isDisabled} says whether it runs only on
	 * routes that enable it.
	 */
	record Use(String filter, boolean isDisabled, Map<String, Object> properties) {
	}

}
