package io.gatewaywasm.converter;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The Wasm plugins of APISIX: declared in {@code config.yaml}, used on routes, on
 * services, in plugin configs and by global rules.
 */
final class ApisixPlugins {

	private final Conversion conversion;

	private final ApisixResources resources;

	private final Map<String, ApisixPlugin> declared = new LinkedHashMap<>();

	/** Plugins of services and plugin configs that are on a route. */
	private final Set<Fields> used = new HashSet<>();

	ApisixPlugins(Conversion conversion) {
		this.conversion = conversion;
		this.resources = new ApisixResources(conversion);
	}

	void add(String file, Fields document) {
		document.object("wasm").separateObjects("plugins").forEach(this::declare);
		this.resources.add(file, document);
	}

	private void declare(Fields plugin) {
		String name = plugin.text("name", "");
		Settings settings = new Settings(this.conversion, "Plugin '%s'".formatted(name));
		settings.set("url", "file:" + PlaceholderEscaping.ofApisix(plugin.text("file", "")));
		long priority = plugin.number("priority");
		// A phase of nginx. Filters run in the order of the route.
		plugin.leaveOut("http_request_phase");
		plugin.unread((field) -> this.conversion.note("Plugin '%s': `%s` has no equivalent.", name, field));
		this.declared.put(name,
				new ApisixPlugin(this.conversion.plugin(name, settings.properties()), settings, priority));
	}

	void convert() {
		this.resources.all(ApisixResources.GLOBAL_RULES).forEach(this::globalRule);
		this.resources.all(ApisixResources.ROUTES).forEach(this::route);
		List.of(ApisixResources.SERVICES, ApisixResources.PLUGIN_CONFIGS)
			.forEach((kind) -> this.resources.all(kind)
				.forEach((resource) -> unused(resource, "is on no route of the given files")));
		List.of(ApisixResources.CONSUMERS, ApisixResources.CONSUMER_GROUPS)
			.forEach((kind) -> this.resources.all(kind)
				.forEach((resource) -> unused(resource, "runs only for requests of some consumers")));
		this.resources.unread();
	}

	private void globalRule(Fields rule) {
		filters(rule.path(), ApisixRoute.plugins(rule)).forEach((use) -> {
			if (use.configuration() != null) {
				this.conversion.note(
						"%s: the configuration of '%s' differs from that on a route. Write it into `args`.",
						rule.path(), use.plugin());
			}
			this.conversion.onAllRoutes(use.plugin(), 0, use.priority());
		});
		rule.leaveOut("id", "create_time", "update_time");
		rule.unread((field) -> this.conversion.note("`%s` has no equivalent.", field));
	}

	private void route(Fields fields) {
		if ("0".equals(fields.text("status"))) {
			this.conversion.note("%s is disabled and omitted.", fields.path());
			return;
		}
		ApisixRoute route = new ApisixRoute(this.conversion, this.resources, fields);
		Map<String, Fields> plugins = route.plugins();
		this.used.addAll(plugins.values());
		List<Object> filters = filters(fields.path(), plugins).stream().map(ApisixPlugin.Use::definition).toList();
		if (!filters.isEmpty()) {
			this.conversion.route(route.convert(this.conversion.routes().size() + 1, filters));
			route.unread();
		}
	}

	private void unused(Fields resource, String reason) {
		ApisixRoute.plugins(resource).forEach((name, plugin) -> {
			if (this.declared.containsKey(name) && !this.used.contains(plugin)) {
				this.conversion.note("%s: '%s' %s, and is omitted there.", resource.path(), name, reason);
			}
		});
	}

	/** Returns the Wasm plugins in the order of their priority. */
	private List<ApisixPlugin.Use> filters(String path, Map<String, Fields> plugins) {
		List<ApisixPlugin.Use> uses = new ArrayList<>();
		plugins.forEach((name, plugin) -> {
			ApisixPlugin declared = this.declared.get(name);
			if (declared == null) {
				plugin.leaveOutAll();
				this.conversion.note("%s: '%s' is not in `wasm.plugins` of the given files and omitted.", path, name);
				return;
			}
			Fields meta = plugin.object("_meta");
			if (meta.isTrue("disable")) {
				plugin.leaveOutAll();
				this.conversion.note("%s: '%s' is disabled and omitted.", path, name);
				return;
			}
			uses.add(declared.use(plugin.value("conf"), meta));
		});
		return uses.stream().sorted(Comparator.comparingLong(ApisixPlugin.Use::priority).reversed()).toList();
	}

}
