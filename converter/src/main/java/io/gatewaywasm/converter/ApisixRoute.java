package io.gatewaywasm.converter;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * A route of APISIX with its service and its upstream.
 */
final class ApisixRoute {

	private static final String[] DESCRIPTIONS = { "id", "name", "desc", "labels", "create_time", "update_time" };

	/** A variable of Spring's path patterns, or of a router of APISIX. */
	private static final Pattern PATH_VARIABLE = Pattern.compile("[{}]|/:\\w");

	private final Conversion conversion;

	private final ApisixResources resources;

	private final Fields route;

	private final @Nullable Fields service;

	private final @Nullable Fields pluginConfig;

	ApisixRoute(Conversion conversion, ApisixResources resources, Fields route) {
		this.conversion = conversion;
		this.resources = resources;
		this.route = route;
		this.service = referenced("service_id", ApisixResources.SERVICES);
		this.pluginConfig = referenced("plugin_config_id", ApisixResources.PLUGIN_CONFIGS);
	}

	private @Nullable Fields referenced(String name, String kind) {
		String id = this.route.text(name, "");
		if (id.isEmpty()) {
			return null;
		}
		Fields referenced = this.resources.find(kind, id);
		if (referenced == null) {
			this.conversion.note("%s: `%s` is '%s', which is not in the given files. Its plugins are missing.",
					this.route.path(), name, id);
		}
		return referenced;
	}

	/** Returns the plugins, of which those of the route override the others. */
	Map<String, Fields> plugins() {
		Map<String, Fields> plugins = new LinkedHashMap<>(plugins(this.service));
		override(plugins, plugins(this.pluginConfig));
		override(plugins, plugins(this.route));
		return plugins;
	}

	private static void override(Map<String, Fields> plugins, Map<String, Fields> others) {
		others.forEach((name, other) -> {
			Fields overridden = plugins.put(name, other);
			if (overridden != null) {
				overridden.leaveOut(overridden.names().toArray(String[]::new));
			}
		});
	}

	static Map<String, Fields> plugins(@Nullable Fields resource) {
		Map<String, Fields> byName = new LinkedHashMap<>();
		if (resource != null) {
			Fields plugins = resource.object("plugins");
			plugins.names().forEach((name) -> byName.put(name, plugins.object(name)));
		}
		return byName;
	}

	/** Returns the route for this gateway, with a number for a route without a name. */
	Map<String, Object> convert(int number, List<Object> filters) {
		String id = this.route.text("name", this.route.text("id", ""));
		Map<String, Object> converted = new LinkedHashMap<>();
		converted.put("id", id.isEmpty() ? "route-" + number : PlaceholderEscaping.ofApisix(id));
		converted.put("uri", PlaceholderEscaping.ofApisix(uri()));
		if (this.route.number("priority") != 0) {
			converted.put("order", -this.route.number("priority"));
		}
		converted.put("predicates", predicates().stream().map(PlaceholderEscaping::ofApisix).toList());
		converted.put("filters", filters);
		return converted;
	}

	/** Notes what has no equivalent in the route, and in what it refers to. */
	void unread() {
		this.route.leaveOut("status");
		unread(this.route);
		unread(this.pluginConfig);
		unread(this.service);
	}

	private void unread(@Nullable Fields resource) {
		if (resource != null) {
			resource.leaveOut(DESCRIPTIONS);
			resource.unread((field) -> this.conversion.note("`%s` has no equivalent.", field));
		}
	}

	private @Nullable Fields upstream() {
		for (Fields owner : (this.service != null) ? List.of(this.route, this.service) : List.of(this.route)) {
			if (owner.has("upstream")) {
				return owner.object("upstream");
			}
			if (owner.has("upstream_id")) {
				return this.resources.find(ApisixResources.UPSTREAMS, owner.text("upstream_id", ""));
			}
		}
		return null;
	}

	private String uri() {
		Fields upstream = upstream();
		if (this.service != null) {
			this.service.leaveOut("upstream", "upstream_id");
		}
		if (upstream == null) {
			this.conversion.note("%s has no upstream in the given files. Set `uri`.", this.route.path());
			return "no://op";
		}
		String uri = uri(upstream);
		upstream.leaveOutDefault("type", "roundrobin");
		unread(upstream);
		return uri;
	}

	private String uri(Fields upstream) {
		List<String> addresses = addresses(upstream);
		if (addresses.isEmpty() && upstream.has("service_name")) {
			return "lb://" + upstream.text("service_name");
		}
		String scheme = upstream.text("scheme", "http").replaceFirst("^grpc", "http");
		if (addresses.isEmpty()) {
			this.conversion.note("%s has an upstream without nodes. Set `uri`.", this.route.path());
			return "no://op";
		}
		if (addresses.size() > 1) {
			this.conversion.note("%s has %d nodes; `uri` contains only the first. Use `lb://service` for several.",
					this.route.path(), addresses.size());
		}
		return scheme + "://" + addresses.get(0);
	}

	private static List<String> addresses(Fields upstream) {
		List<String> addresses = new ArrayList<>();
		if (upstream.hasList("nodes")) {
			for (Fields node : upstream.objects("nodes")) {
				node.leaveOut("weight");
				addresses.add(node.text("host", "") + (node.has("port") ? ":" + node.text("port") : ""));
			}
		}
		else if (upstream.hasObject("nodes")) {
			Fields nodes = upstream.object("nodes");
			addresses.addAll(nodes.names());
			nodes.leaveOutAll();
		}
		return addresses;
	}

	private List<String> predicates() {
		List<String> predicates = new ArrayList<>();
		List<String> paths = new ArrayList<>(this.route.texts("uri"));
		paths.addAll(this.route.texts("uris"));
		paths.forEach(this::noteVariables);
		predicates.add("Path=" + String.join(",", paths.stream().flatMap((path) -> patterns(path).stream()).toList()));
		List<String> hosts = new ArrayList<>(this.route.texts("host"));
		hosts.addAll(this.route.texts("hosts"));
		List<String> inherited = (this.service != null) ? this.service.texts("hosts") : List.of();
		if (hosts.isEmpty()) {
			hosts.addAll(inherited);
		}
		if (!hosts.isEmpty()) {
			predicates
				.add("Host=" + String.join(",", hosts.stream().map((host) -> host.replace("*.", "**.")).toList()));
		}
		List<String> methods = this.route.texts("methods");
		if (!methods.isEmpty()) {
			predicates.add("Method=" + String.join(",", methods));
		}
		List<String> addresses = new ArrayList<>(this.route.texts("remote_addr"));
		addresses.addAll(this.route.texts("remote_addrs"));
		if (!addresses.isEmpty()) {
			predicates.add("RemoteAddr=" + String.join(",", addresses.stream().map(ApisixRoute::network).toList()));
		}
		return predicates;
	}

	/** Spring Cloud Gateway takes an address without a length for one of IPv4. */
	private static String network(String address) {
		return (address.contains(":") && address.matches("[0-9A-Fa-f:.]+")) ? address + "/128" : address;
	}

	private void noteVariables(String path) {
		if (PATH_VARIABLE.matcher(PlaceholderEscaping.withoutVariables(path)).find()) {
			this.conversion.note(
					"%s: the path '%s' contains a variable for this gateway or for APISIX. Check its predicate: "
							+ "`{name}` matches one segment here, and `:name` does so in some routers of APISIX.",
					this.route.path(), path);
		}
	}

	/** In APISIX, a trailing star matches any characters, including slashes. */
	private static List<String> patterns(String path) {
		if (path.endsWith("/*")) {
			return List.of(path + "*");
		}
		return path.endsWith("*") ? List.of(path, path + "/**") : List.of(path);
	}

}
