package io.gatewaywasm.tck.proxy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.gatewaywasm.tck.cases.CaseRoute;
import io.gatewaywasm.tck.cases.ConformanceCase;
import io.gatewaywasm.tck.cases.Filter;
import io.gatewaywasm.tck.cases.UpstreamAnswer;
import io.gatewaywasm.tck.tls.SelfSignedCertificate;

/**
 * Writes Envoy's bootstrap configuration for a list of cases.
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

	Map<String, Object> of(List<Deployment> deployments) throws IOException {
		List<Object> listeners = new ArrayList<>();
		List<Object> clusters = new ArrayList<>();
		for (Deployment deployment : deployments) {
			listeners.add(listenerOf(deployment));
			clusters
				.add(cluster(listener(deployment), deployment.upstreamPort(), deployment.conformanceCase().upstream()));
			deployment.calloutPorts()
				.forEach((name, port) -> clusters.add(cluster(deployment.callout(name), port,
						deployment.conformanceCase().callouts().getOrDefault(name, List.of()))));
		}
		return Map.of("admin", Map.of("address", address(0)), "static_resources",
				Map.of("listeners", listeners, "clusters", clusters));
	}

	private Map<String, Object> listenerOf(Deployment deployment) throws IOException {
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
								conformanceCase.routes().stream().map((route) -> route(deployment, route)).toList()))));
		manager.put("http_filters", filters);
		Map<String, Object> chain = new LinkedHashMap<>();
		chain.put("filters", List.of(Map.of("name", "http", "typed_config", manager)));
		Map<String, Object> listener = new LinkedHashMap<>();
		listener.put("name", listener(deployment));
		listener.put("address", address(deployment.loopback(), 0));
		listener.put("traffic_direction", "INBOUND");
		listener.put("filter_chains", List.of(chain));
		if (conformanceCase.tls()) {
			chain.put("transport_socket", downstreamTls(deployment.certificate()));
			listener.put("listener_filters", List.of(Map.of("name", "names", "typed_config",
					Map.of("@type", TYPE + "envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector"))));
		}
		return listener;
	}

	private static Map<String, Object> downstreamTls(SelfSignedCertificate certificate) throws IOException {
		return tls("DownstreamTlsContext",
				Map.of("alpn_protocols", List.of("h2", "http/1.1"), "tls_certificates",
						List.of(Map.of("certificate_chain", Map.of("inline_string", certificate.certificate()),
								"private_key", Map.of("inline_string", certificate.privateKey())))));
	}

	private static Map<String, Object> tls(String type, Map<String, Object> common) {
		return Map.of("name", "tls", "typed_config", Map.of("@type",
				TYPE + "envoy.extensions.transport_sockets.tls.v3." + type, "common_tls_context", common));
	}

	private static Map<String, Object> route(Deployment deployment, CaseRoute route) {
		List<Object> headers = new ArrayList<>();
		if (!route.authority().isEmpty()) {
			headers.add(header(":authority", route.authority()));
		}
		if (!route.header().isEmpty()) {
			headers.add(header(route.headerPair().get(0), route.headerPair().get(1)));
		}
		Map<String, Object> match = new LinkedHashMap<>();
		if (route.path().isEmpty()) {
			match.put("prefix", "");
		}
		else {
			match.put("path_separated_prefix", route.path());
		}
		match.put("headers", headers);
		Map<String, Object> value = new LinkedHashMap<>();
		value.put("match", match);
		value.put("route", Map.of("cluster", listener(deployment), "timeout",
				deployment.conformanceCase().timeout() / 1000.0 + "s"));
		if (!route.name().isEmpty()) {
			value.put("name", route.name());
			value.put("request_headers_to_add",
					List.of(Map.of("header", Map.of("key", "x-tck-route", "value", route.name()))));
		}
		return value;
	}

	private static Map<String, Object> header(String name, String value) {
		return Map.of("name", name, "string_match", Map.of("exact", value));
	}

	private Map<String, Object> wasm(Deployment deployment, int position) {
		Filter filter = deployment.conformanceCase().filters().get(position);
		Map<String, Object> vm = new LinkedHashMap<>();
		vm.put("vm_id", deployment.vmId(position));
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

	private static Map<String, Object> cluster(String name, int port, List<UpstreamAnswer> answers) {
		Map<String, Object> protocol = answers.stream().anyMatch(UpstreamAnswer::http2)
				? Map.of("http2_protocol_options", Map.of())
				: Map.of("http_protocol_options", Map.of("enable_trailers", true));
		Map<String, Object> cluster = new LinkedHashMap<>();
		cluster.put("name", name);
		cluster.put("type", "STATIC");
		cluster.put("connect_timeout", "1s");
		cluster.put("load_assignment", Map.of("cluster_name", name, "endpoints",
				List.of(Map.of("lb_endpoints", List.of(Map.of("endpoint", Map.of("address", address(port))))))));
		cluster.put("typed_extension_protocol_options",
				Map.of("envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
						Map.of("@type", TYPE + "envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
								"explicit_http_config", protocol)));
		if (answers.stream().anyMatch(UpstreamAnswer::tls)) {
			cluster.put("transport_socket",
					tls("UpstreamTlsContext",
							Map.of("tls_params", Map.of("tls_maximum_protocol_version", "TLSv1_3"), "alpn_protocols",
									List.of(protocol.containsKey("http2_protocol_options") ? "h2" : "http/1.1"))));
		}
		return cluster;
	}

	private static Map<String, Object> address(int port) {
		return address("127.0.0.1", port);
	}

	private static Map<String, Object> address(String host, int port) {
		return Map.of("socket_address", Map.of("address", host, "port_value", port));
	}

}
