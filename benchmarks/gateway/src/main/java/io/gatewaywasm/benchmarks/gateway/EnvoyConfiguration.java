package io.gatewaywasm.benchmarks.gateway;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Envoy's bootstrap configuration: one listener per route, with the same modules as the
 * gateway.
 */
record EnvoyConfiguration(Path modules, int upstreamPort) {

	private static final String TYPE = "type.googleapis.com/";

	private static final int MANY = 100_000;

	/**
	 * A listener. {@code module} is {@code null} for a listener without a filter; {@code
	 * waitsForBody} tells whether the filter may pause the headers until it has seen the
	 * body.
	 */
	record Listener(int port, @Nullable Path module, String configuration, boolean waitsForBody) {

	}

	Map<String, Object> of(List<Listener> listeners) {
		List<Object> threshold = List.of(Map.of("max_connections", MANY, "max_pending_requests", MANY, "max_requests",
				MANY, "max_retries", MANY));
		Map<String, Object> cluster = Map.of("name", "upstream", "type", "STATIC", "connect_timeout", "1s",
				"circuit_breakers", Map.of("thresholds", threshold), "load_assignment",
				Map.of("cluster_name", "upstream", "endpoints", List.of(Map.of("lb_endpoints",
						List.of(Map.of("endpoint", Map.of("address", address(this.upstreamPort))))))));
		return Map.of("static_resources",
				Map.of("listeners", listeners.stream().map(this::listener).toList(), "clusters", List.of(cluster)));
	}

	private Object listener(Listener listener) {
		List<Object> filters = new ArrayList<>();
		if (listener.module() != null) {
			filters.add(wasm(listener, this.modules.resolve(listener.module())));
		}
		filters.add(Map.of("name", "router", "typed_config", Map.of("@type",
				TYPE + "envoy.extensions.filters.http.router.v3.Router", "suppress_envoy_headers", true)));
		Map<String, Object> manager = Map
			.of("@type", TYPE + "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
					"stat_prefix", "l" + listener.port(), "generate_request_id", false, "route_config",
					Map.of("name", "routes", "virtual_hosts",
							List.of(Map.of("name", "all", "domains", List.of("*"), "routes",
									List.of(Map.of("match", Map.of("prefix", "/"), "route",
											Map.of("cluster", "upstream", "timeout", "0s")))))),
					"http_filters", filters);
		return Map.of("name", "l" + listener.port(), "address", address(listener.port()), "filter_chains",
				List.of(Map.of("filters", List.of(Map.of("name", "http", "typed_config", manager)))));
	}

	private static Object wasm(Listener listener, Path module) {
		Map<String, Object> vm = Map.of("vm_id", "vm" + listener.port(), "runtime", "envoy.wasm.runtime.v8", "code",
				Map.of("local", Map.of("filename", module.toString())));
		Map<String, Object> config = Map.of("name", "f" + listener.port(), "vm_config", vm, "configuration",
				Map.of("@type", TYPE + "google.protobuf.StringValue", "value", listener.configuration()),
				"allow_on_headers_stop_iteration", listener.waitsForBody());
		return Map.of("name", "wasm", "typed_config",
				Map.of("@type", TYPE + "envoy.extensions.filters.http.wasm.v3.Wasm", "config", config));
	}

	private static Map<String, Object> address(int port) {
		return Map.of("socket_address", Map.of("address", "127.0.0.1", "port_value", port));
	}

}
