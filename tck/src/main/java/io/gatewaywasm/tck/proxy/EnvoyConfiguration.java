package io.gatewaywasm.tck.proxy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.gatewaywasm.tck.cases.ConformanceCase;
import io.gatewaywasm.tck.cases.Filter;

/**
 * Envoy's bootstrap configuration for a number of cases.
 */
final class EnvoyConfiguration {

	private static final String TYPE = "type.googleapis.com/";

	private final Path modules;

	EnvoyConfiguration(Path modules) {
		this.modules = modules;
	}

	static String listener(Deployment deployment) {
		return "c" + deployment.number();
	}

	Map<String, Object> of(List<Deployment> deployments) {
		List<Object> listeners = new ArrayList<>();
		List<Object> clusters = new ArrayList<>();
		for (Deployment deployment : deployments) {
			listeners.add(listenerOf(deployment));
			clusters.add(cluster("up" + deployment.number(), deployment.upstreamPort()));
			deployment.calloutPorts().forEach((name, port) -> clusters.add(cluster(deployment.callout(name), port)));
		}
		return Map.of("admin", Map.of("address", address(0)), "static_resources",
				Map.of("listeners", listeners, "clusters", clusters));
	}

	private Map<String, Object> listenerOf(Deployment deployment) {
		ConformanceCase conformanceCase = deployment.conformanceCase();
		List<Object> filters = new ArrayList<>();
		for (int i = 0; i < conformanceCase.filters().size(); i++) {
			filters.add(wasm(deployment, i));
		}
		filters.add(Map.of("name", "router", "typed_config", Map.of("@type",
				TYPE + "envoy.extensions.filters.http.router.v3.Router", "suppress_envoy_headers", true)));
		Map<String, Object> manager = new LinkedHashMap<>();
		manager.put("@type",
				TYPE + "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager");
		manager.put("stat_prefix", listener(deployment));
		manager.put("generate_request_id", false);
		manager.put("http_protocol_options", Map.of("accept_http_10", true, "enable_trailers", true));
		if (conformanceCase.upgrade()) {
			manager.put("upgrade_configs", List.of(Map.of("upgrade_type", "websocket")));
		}
		manager.put("route_config",
				Map.of("name", "routes", "virtual_hosts",
						List.of(Map.of("name", "all", "domains", List.of("*"), "routes",
								List.of(Map.of("match", Map.of("prefix", ""), "route",
										Map.of("cluster", "up" + deployment.number(), "timeout", "0s")))))));
		manager.put("http_filters", filters);
		return Map.of("name", listener(deployment), "address", address(0), "filter_chains",
				List.of(Map.of("filters", List.of(Map.of("name", "http", "typed_config", manager)))));
	}

	private Map<String, Object> wasm(Deployment deployment, int position) {
		Filter filter = deployment.conformanceCase().filters().get(position);
		Map<String, Object> vm = new LinkedHashMap<>();
		vm.put("vm_id", deployment.plugin(position));
		vm.put("runtime", "envoy.wasm.runtime.v8");
		vm.put("code", Map.of("local", Map.of("filename", this.modules.resolve(filter.module() + ".wasm").toString())));
		if (!filter.vmConfiguration().isEmpty()) {
			vm.put("configuration", string(filter.vmConfiguration()));
		}
		Map<String, Object> config = new LinkedHashMap<>();
		config.put("name", deployment.plugin(position));
		config.put("root_id", filter.rootId());
		config.put("configuration", string(deployment.configuration(position)));
		config.put("vm_config", vm);
		config.put("failure_policy", filter.failOpen() ? "FAIL_OPEN" : "FAIL_RELOAD");
		if (!filter.failOpen()) {
			config.put("reload_config", Map.of("backoff", Map.of("base_interval", "0.005s", "max_interval", "0.010s")));
		}
		config.put("allow_on_headers_stop_iteration", filter.stopIteration());
		return Map.of("name", deployment.plugin(position), "typed_config",
				Map.of("@type", TYPE + "envoy.extensions.filters.http.wasm.v3.Wasm", "config", config));
	}

	private static Map<String, Object> string(String value) {
		return Map.of("@type", TYPE + "google.protobuf.StringValue", "value", value);
	}

	private static Map<String, Object> cluster(String name, int port) {
		return Map.of("name", name, "type", "STATIC", "connect_timeout", "1s", "load_assignment",
				Map.of("cluster_name", name, "endpoints",
						List.of(Map.of("lb_endpoints", List.of(Map.of("endpoint", Map.of("address", address(port))))))),
				"typed_extension_protocol_options",
				Map.of("envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
						Map.of("@type", TYPE + "envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
								"explicit_http_config",
								Map.of("http_protocol_options", Map.of("enable_trailers", true)))));
	}

	private static Map<String, Object> address(int port) {
		return Map.of("socket_address", Map.of("address", "127.0.0.1", "port_value", port));
	}

}
