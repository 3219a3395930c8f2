package io.gatewaywasm.converter;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The Wasm plugins of APISIX: declared in {@code config.yaml}, used on routes, on
 * services and by global rules.
 */
final class ApisixPlugins {

	private final Conversion conversion;

	private final Map<String, Declared> declared = new LinkedHashMap<>();

	private final List<Fields> routes = new ArrayList<>();

	private final List<Fields> globalRules = new ArrayList<>();

	private final Map<String, Fields> services = new LinkedHashMap<>();

	private final Map<String, Fields> upstreams = new LinkedHashMap<>();

	ApisixPlugins(Conversion conversion) {
		this.conversion = conversion;
	}

	static boolean isApisix(Fields document) {
		return document.has("wasm") || document.has("routes") || document.has("global_rules")
				|| (document.has("plugins") && (document.has("uri") || document.has("uris")));
	}

	void add(String file, Fields document) {
		document.object("wasm").objects("plugins").forEach(this::declare);
		this.routes.addAll(document.objects("routes"));
		this.globalRules.addAll(document.objects("global_rules"));
		document.objects("services").forEach((service) -> this.services.put(service.text("id", ""), service));
		document.objects("upstreams").forEach((upstream) -> this.upstreams.put(upstream.text("id", ""), upstream));
		if (document.has("uri") || document.has("uris")) {
			this.routes.add(new Fields(file, new LinkedHashMap<>(asMap(document))));
		}
	}

	private static Map<String, Object> asMap(Fields document) {
		Map<String, Object> map = new LinkedHashMap<>();
		document.names().forEach((name) -> map.put(name, document.value(name)));
		return map;
	}

	private void declare(Fields plugin) {
		String name = plugin.text("name", "");
		Settings settings = new Settings(this.conversion, "Plugin '%s'".formatted(name));
		settings.set("url", "file:" + plugin.text("file", ""));
		long priority = plugin.number("priority");
		// A phase of nginx. Filters run in the order of the route.
		plugin.leaveOut("http_request_phase");
		plugin.unread((field) -> this.conversion.note("Plugin '%s': `%s` has no equivalent.", name, field));
		this.declared.put(name, new Declared(this.conversion.plugin(name, settings.properties()), settings, priority));
	}

	void convert() {
		for (Fields rule : this.globalRules) {
			filters(rule.path(), rule.object("plugins"), Map.of()).forEach((use) -> {
				if (use.configuration() != null) {
					this.conversion.note(
							"%s: the configuration of '%s' differs from that on a route. Write it into `args`.",
							rule.path(), use.plugin());
				}
				this.conversion.onAllRoutes(use.plugin(), 0, use.priority());
			});
		}
		this.routes.forEach(this::route);
	}

	private void route(Fields route) {
		if ("0".equals(route.text("status"))) {
			this.conversion.note("%s is disabled and omitted.", route.path());
			return;
		}
		String id = route.text("name", route.text("id", ""));
		Fields service = this.services.getOrDefault(route.text("service_id", ""), new Fields("", null));
		List<Use> uses = filters(route.path(), route.object("plugins"), plugins(service.object("plugins")));
		if (uses.isEmpty()) {
			return;
		}
		Map<String, Object> converted = new LinkedHashMap<>();
		converted.put("id", id.isEmpty() ? "route-" + (this.conversion.routes().size() + 1) : id);
		converted.put("uri", uri(route, service));
		if (route.number("priority") != 0) {
			converted.put("order", -route.number("priority"));
		}
		converted.put("predicates", predicates(route, service));
		converted.put("filters", uses.stream().map(Use::definition).toList());
		this.conversion.route(converted);
		route.leaveOut("desc", "labels", "create_time", "update_time", "status");
		route.unread((field) -> this.conversion.note("`%s` has no equivalent.", field));
	}

	private static Map<String, Fields> plugins(Fields plugins) {
		Map<String, Fields> byName = new LinkedHashMap<>();
		plugins.names().forEach((name) -> byName.put(name, plugins.object(name)));
		return byName;
	}

	/**
	 * Returns the Wasm plugins in the order of their priority, including those of the
	 * service.
	 */
	private List<Use> filters(String path, Fields plugins, Map<String, Fields> inherited) {
		Map<String, Fields> all = new LinkedHashMap<>(inherited);
		all.putAll(plugins(plugins));
		List<Use> uses = new ArrayList<>();
		all.forEach((name, plugin) -> {
			Declared declared = this.declared.get(name);
			if (declared == null) {
				plugin.leaveOut(plugin.names().toArray(String[]::new));
				this.conversion.note("%s: '%s' is not in `wasm.plugins` of the given files and omitted.", path, name);
				return;
			}
			Fields meta = plugin.object("_meta");
			if (meta.isTrue("disable")) {
				plugin.leaveOut("conf");
				this.conversion.note("%s: '%s' is disabled and omitted.", path, name);
				return;
			}
			Object conf = plugin.value("conf");
			String text = (conf instanceof String string) ? string : (conf != null) ? Json.write(conf) : null;
			uses.add(declared.use(text));
			meta.unread((field) -> this.conversion.note("`%s` has no equivalent.", field));
		});
		return uses.stream().sorted(Comparator.comparingLong(Use::priority).reversed()).toList();
	}

	private String uri(Fields route, Fields service) {
		Fields upstream = route.has("upstream") ? route.object("upstream")
				: this.upstreams.get(route.text("upstream_id", service.text("upstream_id", "")));
		if (upstream == null) {
			upstream = service.object("upstream");
		}
		String scheme = upstream.text("scheme", "http").replaceFirst("^grpc", "http");
		Object nodes = upstream.value("nodes");
		upstream.leaveOut("type", "id", "name", "desc");
		List<String> addresses = new ArrayList<>();
		if (nodes instanceof Map<?, ?> map) {
			map.keySet().forEach((address) -> addresses.add(String.valueOf(address)));
		}
		else if (nodes instanceof List<?> list) {
			list.stream()
				.map((node) -> new Fields("nodes", node))
				.forEach((node) -> addresses
					.add(node.text("host", "") + (node.has("port") ? ":" + node.text("port") : "")));
		}
		if (addresses.isEmpty()) {
			this.conversion.note("%s has an upstream without nodes. Set `uri`.", route.path());
			return "no://op";
		}
		if (addresses.size() > 1) {
			this.conversion.note("%s has %d nodes; `uri` contains only the first. Use `lb://service` for several.",
					route.path(), addresses.size());
		}
		return scheme + "://" + addresses.get(0);
	}

	private static List<String> predicates(Fields route, Fields service) {
		List<String> predicates = new ArrayList<>();
		List<String> paths = new ArrayList<>(route.texts("uri"));
		paths.addAll(route.texts("uris"));
		predicates.add("Path=" + String.join(",", paths.stream().flatMap((path) -> patterns(path).stream()).toList()));
		List<String> hosts = new ArrayList<>(route.texts("host"));
		hosts.addAll(route.texts("hosts"));
		if (hosts.isEmpty()) {
			hosts.addAll(service.texts("hosts"));
		}
		if (!hosts.isEmpty()) {
			predicates
				.add("Host=" + String.join(",", hosts.stream().map((host) -> host.replace("*.", "**.")).toList()));
		}
		List<String> methods = route.texts("methods");
		if (!methods.isEmpty()) {
			predicates.add("Method=" + String.join(",", methods));
		}
		return predicates;
	}

	/** In APISIX, a trailing star matches any characters, including slashes. */
	private static List<String> patterns(String path) {
		if (path.endsWith("/*")) {
			return List.of(path + "*");
		}
		return path.endsWith("*") ? List.of(path, path + "/**") : List.of(path);
	}

	/**
	 * A plugin of {@code config.yaml}. Its first configuration becomes that of the
	 * declared plugin, others become arguments on the route.
	 */
	private static final class Declared {

		private final String plugin;

		private final Settings settings;

		private final long priority;

		private @Nullable String configuration;

		Declared(String plugin, Settings settings, long priority) {
			this.plugin = plugin;
			this.settings = settings;
			this.priority = priority;
		}

		Use use(@Nullable String configuration) {
			if (this.configuration == null && configuration != null) {
				this.configuration = configuration;
				this.settings.configuration("configuration", configuration);
			}
			boolean own = configuration == null || configuration.equals(this.configuration);
			return new Use(this.plugin, own ? null : configuration, this.priority);
		}

	}

	private record Use(String plugin, @Nullable String configuration, long priority) {

		Object definition() {
			if (this.configuration == null) {
				return "Wasm=" + this.plugin;
			}
			Map<String, Object> arguments = new LinkedHashMap<>();
			arguments.put("plugin", this.plugin);
			arguments.put("configuration", Text.literally(this.configuration));
			Map<String, Object> definition = new LinkedHashMap<>();
			definition.put("name", "Wasm");
			definition.put("args", arguments);
			return definition;
		}

	}

}
