package io.gatewaywasm.converter;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * The resources of APISIX in {@code apisix.yaml}, in single resources, and in answers of
 * the Admin API in both of its versions.
 */
final class ApisixResources {

	static final String ROUTES = "routes";

	static final String SERVICES = "services";

	static final String UPSTREAMS = "upstreams";

	static final String PLUGIN_CONFIGS = "plugin_configs";

	static final String GLOBAL_RULES = "global_rules";

	static final String CONSUMERS = "consumers";

	static final String CONSUMER_GROUPS = "consumer_groups";

	private static final List<String> KINDS = List.of(ROUTES, SERVICES, UPSTREAMS, PLUGIN_CONFIGS, GLOBAL_RULES,
			CONSUMERS, CONSUMER_GROUPS);

	/** Fields of a route besides its paths. */
	private static final List<String> TARGETS = List.of("plugins", "plugin_config_id", "service_id", "upstream",
			"upstream_id");

	/** The key of a resource in the store of APISIX, such as {@code /apisix/routes/1}. */
	private static final Pattern KEY = Pattern.compile("/(?:[^/]+/)*(\\w+)/[^/]+");

	private final Conversion conversion;

	private final Map<String, List<Fields>> resources = new HashMap<>();

	private final Map<Fields, String> documents = new LinkedHashMap<>();

	ApisixResources(Conversion conversion) {
		this.conversion = conversion;
	}

	static boolean isApisix(Fields document) {
		if (document.has("kind") || document.has("@type") || document.has("_format_version")) {
			return false;
		}
		return document.hasObject("wasm") || KINDS.stream().anyMatch(document::hasList) || kind("", document) != null
				|| isAnswer(document);
	}

	private static boolean isAnswer(Fields document) {
		if (document.hasObject("node")) {
			Fields node = document.movedTo("").object("node");
			return node.hasList("nodes") || node.hasObject("value");
		}
		return entries(document.movedTo("")).stream()
			.anyMatch((entry) -> kind(key(entry), entry.object("value")) != null);
	}

	/** Returns the objects with a key and a value in an answer of the Admin API. */
	private static List<Fields> entries(Fields answer) {
		if (answer.hasObject("node")) {
			return entries(answer.object("node"));
		}
		for (String list : List.of("list", "nodes")) {
			if (answer.hasList(list)) {
				return answer.separateObjects(list).stream().filter((entry) -> entry.hasObject("value")).toList();
			}
		}
		return answer.hasObject("value") ? List.of(answer) : List.of();
	}

	private static String key(Fields entry) {
		return (entry.value("key") instanceof String key) ? key : "";
	}

	/** Returns the kind of a resource by its key or its fields. */
	private static @Nullable String kind(String key, Fields resource) {
		Matcher matcher = KEY.matcher(key);
		if (matcher.matches()) {
			return matcher.group(1);
		}
		if (resource.has("uri") || resource.has("uris")) {
			return TARGETS.stream().anyMatch(resource::has) ? ROUTES : null;
		}
		if (resource.hasObject("plugins")) {
			return resource.has("username") ? CONSUMERS
					: (resource.has("upstream") || resource.has("upstream_id")) ? SERVICES : null;
		}
		return (resource.has("id") && resource.has("nodes")) ? UPSTREAMS : null;
	}

	void add(String file, Fields document) {
		String kind = kind("", document);
		if (kind != null) {
			put(kind, document.movedTo(file));
			return;
		}
		if (isAnswer(document)) {
			entries(document.movedTo(file)).forEach(this::entry);
			return;
		}
		KINDS.stream()
			.filter(document::hasList)
			.forEach((name) -> document.separateObjects(name).forEach((resource) -> put(name, resource)));
		document.leaveOut(KINDS.stream().map((name) -> name + "_conf_version").toArray(String[]::new));
		this.documents.put(document, file);
	}

	private void entry(Fields entry) {
		String key = key(entry);
		Fields value = entry.object("value");
		String kind = kind(key, value);
		if (kind == null || !KINDS.contains(kind)) {
			this.conversion.note("`%s` (%s) has no equivalent.", value.path(), key);
			return;
		}
		if (!value.has("id") && !key.isEmpty()) {
			// Older versions of APISIX have the identifier only in the key.
			Map<String, Object> identified = value.copy();
			identified.put("id", key.substring(key.lastIndexOf('/') + 1));
			value = new Fields(value.path(), identified);
		}
		put(kind, value);
	}

	private void put(String kind, Fields resource) {
		this.resources.computeIfAbsent(kind, (name) -> new ArrayList<>()).add(resource);
	}

	List<Fields> all(String kind) {
		return this.resources.getOrDefault(kind, List.of());
	}

	/** Returns the resource with an identifier, the last one if there are several. */
	@Nullable Fields find(String kind, String id) {
		List<Fields> all = all(kind);
		for (int index = all.size() - 1; index >= 0; index--) {
			if (all.get(index).text("id", "").equals(id)) {
				return all.get(index);
			}
		}
		return null;
	}

	/** Notes fields of documents that contain no resources which this command reads. */
	void unread() {
		this.documents.forEach((document, file) -> document
			.unread((field) -> this.conversion.note("%s: `%s` has no equivalent.", file, field)));
	}

}
