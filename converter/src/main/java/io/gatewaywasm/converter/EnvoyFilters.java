package io.gatewaywasm.converter;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The filters {@code envoy.filters.http.wasm} anywhere in an Envoy configuration, and the
 * clusters that they name. Listeners, routes and clusters can be in separate documents.
 */
final class EnvoyFilters {

	private static final String TYPE = "envoy.extensions.filters.http.wasm.v3.Wasm";

	/** Fields that tell which connections a chain with filters gets. */
	private static final List<String> MATCHES = List.of("filter_chain_match", "filter_chain_matcher");

	private final Conversion conversion;

	private final EnvoyClusters clusters;

	private final EnvoyChains chains;

	/** The names of the filters in their filter chains. */
	private final Set<String> names = new HashSet<>();

	private final EnvoyRouteSettings perRoute;

	private EnvoyClusters.Document document;

	/** Tells documents of the same file apart. */
	private int documents;

	/** The number of filters that were found so far. */
	private int filters;

	private boolean found;

	EnvoyFilters(Conversion conversion) {
		this.conversion = conversion;
		this.clusters = new EnvoyClusters(conversion);
		this.chains = new EnvoyChains(conversion);
		this.perRoute = new EnvoyRouteSettings(conversion);
		this.document = this.clusters.document("");
	}

	/**
	 * Converts the filters of a document, and returns whether it contains filters, or
	 * clusters or settings of routes for filters of other documents.
	 */
	boolean convert(String file, Object document) {
		return convert(file, "", new EnvoyDump(this.conversion, file).inUse(document));
	}

	/** Converts a part of a document at a path. */
	boolean convert(String file, String path, @Nullable Object part) {
		begin(file);
		find(path, part, EnvoyEntry.NONE);
		return this.found || !this.document.clusters().isEmpty();
	}

	/** Takes a part of a document that is a cluster. */
	void cluster(String file, Fields cluster) {
		begin(file);
		this.document.clusters().add(cluster);
	}

	private void begin(String file) {
		this.document = this.clusters.document(file);
		this.documents++;
		this.found = false;
	}

	/**
	 * Converts what refers to a filter by its name, when the filters of all documents are
	 * known.
	 */
	void finish() {
		this.clusters.declare();
		this.chains.finish();
		this.perRoute.finish(this.names);
	}

	private void find(String path, @Nullable Object value, EnvoyEntry outer) {
		if (value instanceof List<?> list) {
			for (int index = 0; index < list.size(); index++) {
				find("%s[%d]".formatted(path, index), list.get(index), outer);
			}
		}
		else if (value instanceof Map<?, ?> map) {
			Fields fields = new Fields(path, map);
			EnvoyEntry entry = outer.in(fields);
			if (this.document.add(fields, map.get("@type"))) {
				filtersOfCluster(path, map);
			}
			else if (!typed(fields, map, entry)) {
				int earlier = this.filters;
				map.forEach((key, element) -> field(path, String.valueOf(key), element, entry));
				if (this.filters > earlier) {
					MATCHES.stream()
						.filter((match) -> !fields.object(match).isEmpty())
						.forEach((match) -> this.conversion.note(
								"%s: `%s` has no equivalent. The filters of this chain are on all routes.",
								this.document.file(), fields.at(match)));
				}
			}
		}
	}

	/** Converts or notes a value according to its type, unless other values are in it. */
	private boolean typed(Fields fields, Map<?, ?> map, EnvoyEntry entry) {
		String type = String.valueOf(map.get("@type"));
		boolean isStruct = type.endsWith(".TypedStruct");
		String actual = isStruct ? String.valueOf(fields.value("type_url")) : type;
		if (actual.endsWith(TYPE)) {
			filter(isStruct ? new Fields(fields.at("value"), fields.value("value")) : fields, entry);
			if (isStruct) {
				fields.leaveOut("@type");
				fields.unread((field) -> this.conversion.note("`%s` has no equivalent.", field));
			}
			return true;
		}
		if (entry.isDiscovered(fields, TYPE)) {
			this.found = true;
			this.filters++;
			this.chains.discovered(entry);
			entry.unread((field) -> this.conversion.note("`%s` has no equivalent.", field));
		}
		if (type.endsWith(".ExtensionWithMatcher")) {
			this.conversion.note("`%s`: the matcher has no equivalent. The filter runs on all requests.",
					fields.path());
		}
		if (actual.contains(".wasm.v")) {
			this.conversion.note("`%s` has the type %s, but the gateway runs only HTTP filters.", fields.path(),
					actual.substring(actual.lastIndexOf('/') + 1));
			return true;
		}
		return false;
	}

	private void field(String path, String key, @Nullable Object element, EnvoyEntry entry) {
		String child = path.isEmpty() ? key : path + "." + key;
		if (this.perRoute.add(this.document.file(), child, key, element)) {
			this.found = true;
		}
		else if (this.document.add(key, child, element)) {
			filtersOfCluster(child, element);
		}
		else if (EnvoyChains.isChain(key) && element instanceof List<?> filters) {
			int earlier = this.filters;
			chain(child, filters, EnvoyChains.isHttp(key) ? entry.in(chain(child)) : entry);
			if (this.filters > earlier && EnvoyChains.isUpstream(key)) {
				this.conversion.note("%s: the filters in `%s` ran on each try of a request. Here they run once.",
						this.document.file(), child);
			}
		}
		else {
			find(child, element, entry);
		}
	}

	/** Returns the name of a chain, which is unique among all documents. */
	private String chain(String path) {
		return "`%s` of %s".formatted(path, this.document.file())
				+ ((this.documents > 1) ? " (document %d)".formatted(this.documents) : "");
	}

	/** Converts filters that run one after the other, and names those next to them. */
	private void chain(String path, List<?> filters, EnvoyEntry entry) {
		int before = this.filters;
		Map<String, String> others = new LinkedHashMap<>();
		for (int index = 0; index < filters.size(); index++) {
			int earlier = this.filters;
			String child = "%s[%d]".formatted(path, index);
			find(child, filters.get(index), entry);
			if (this.filters == earlier && filters.get(index) instanceof Map<?, ?> other
					&& !EnvoyChains.isRouter(other)) {
				others.put(child, String.valueOf(other.get("name")));
			}
		}
		if (!entry.chain().isEmpty()) {
			this.chains.add(entry.chain());
		}
		if (this.filters > before) {
			others.forEach((place, name) -> this.conversion.note("%s: the filter '%s' (`%s`) has no equivalent.",
					this.document.file(), name, place));
		}
	}

	private void filter(Fields typedConfig, EnvoyEntry entry) {
		this.found = true;
		this.filters++;
		this.names.add(entry.name());
		EnvoyWasm wasm = new EnvoyWasm(this.conversion, typedConfig, entry.name());
		if (wasm.isBuiltIn()) {
			this.conversion.note("%s is a part of Envoy (`runtime`), not a module, and omitted.", wasm.path());
			return;
		}
		Map<String, Object> properties = wasm.properties(this.document.configurations());
		wasm.unread();
		entry.unread((field) -> this.conversion.note("%s: `%s` has no equivalent.", wasm.path(), field));
		EnvoyChains.Use use = new EnvoyChains.Use(entry.name(), entry.isDisabled(), properties);
		if (this.chains.inOtherChain(use, entry.chain()) != null) {
			return;
		}
		String plugin = this.conversion.plugin(wasm.name(), properties);
		this.chains.plugin(use, entry.chain(), plugin);
		if (entry.isDisabled()) {
			this.conversion.note("%s is disabled. Add `Wasm=%s` to the routes that enable it.", wasm.path(), plugin);
		}
		else {
			this.conversion.onAllRoutes(plugin, 4, 0);
		}
	}

	/** Notes filters of the requests that a cluster gets. */
	private void filtersOfCluster(String path, @Nullable Object cluster) {
		if (contains(cluster)) {
			this.conversion.note("%s: the Wasm filters in `%s` belong to clusters and are omitted.",
					this.document.file(), path);
		}
	}

	private static boolean contains(@Nullable Object value) {
		if (value instanceof List<?> list) {
			return list.stream().anyMatch(EnvoyFilters::contains);
		}
		return (value instanceof Map<?, ?> map) ? map.values().stream().anyMatch(EnvoyFilters::contains)
				: value instanceof String text && text.endsWith(TYPE);
	}

}
