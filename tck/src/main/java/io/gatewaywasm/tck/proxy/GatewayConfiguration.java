package io.gatewaywasm.tck.proxy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.gatewaywasm.tck.cases.CaseRoute;
import io.gatewaywasm.tck.cases.Filter;
import io.gatewaywasm.tck.cases.UpstreamAnswer;

/**
 * Writes the gateway's application properties for a list of cases.
 */
final class GatewayConfiguration {

	private static final String CLUSTER = "cluster_name";

	private final Path modules;

	GatewayConfiguration(Path modules) {
		this.modules = modules;
	}

	Map<String, Object> of(List<Deployment> deployments) {
		Map<String, Object> plugins = new LinkedHashMap<>();
		Map<String, Object> upstreams = new LinkedHashMap<>();
		List<Object> routes = new ArrayList<>();
		List<String> beforeRouting = new ArrayList<>();
		for (Deployment deployment : deployments) {
			List<Object> filters = new ArrayList<>(List.of("PreserveHostHeader"));
			for (int i = 0; i < deployment.conformanceCase().filters().size(); i++) {
				plugins.put(deployment.plugin(i), plugin(deployment, i));
				if (deployment.conformanceCase().beforeRouting()) {
					beforeRouting.add(deployment.plugin(i));
				}
				else {
					filters.add("Wasm=" + deployment.plugin(i));
				}
			}
			deployment.conformanceCase().routes().forEach((route) -> routes.add(route(deployment, route, filters)));
			deployment.calloutPorts()
				.forEach((name, port) -> upstreams.put(deployment.callout(name),
						Map.of("uri", "http://127.0.0.1:" + port, "protocol", protocol(deployment, name))));
		}
		Map<String, Object> properties = new LinkedHashMap<>();
		properties.put("server", Map.of("port", 0));
		deployments.stream()
			.findFirst()
			.ifPresent((deployment) -> properties.put("tck.key-store", deployment.certificate().keyStore().toString()));
		properties.put("logging", Map.of("pattern.console", "@@%level|%logger|%msg%n", "level.root", "info",
				"level.gateway.wasm.trace", "trace", "level.gateway.wasm.plugin", "trace"));
		properties.put("spring.main.banner-mode", "off");
		properties.put("spring.cloud.gateway.server.webflux.routes", routes);
		properties.put("gateway.wasm",
				Map.of("plugins", plugins, "upstreams", upstreams, "before-routing", beforeRouting));
		return properties;
	}

	private static String protocol(Deployment deployment, String callout) {
		return deployment.conformanceCase()
			.callouts()
			.getOrDefault(callout, List.of())
			.stream()
			.anyMatch(UpstreamAnswer::http2) ? "http2" : "http1";
	}

	private static Map<String, Object> route(Deployment deployment, CaseRoute route, List<Object> plugins) {
		List<Object> predicates = new ArrayList<>(List.of("Header=x-tck-case, " + deployment.number()));
		if (!route.path().isEmpty()) {
			predicates.add("Path=" + route.path() + "/**");
		}
		if (!route.authority().isEmpty()) {
			predicates.add("Host=" + route.authority());
		}
		if (!route.header().isEmpty()) {
			predicates.add("Header=" + String.join(", ", route.headerPair()));
		}
		List<Object> filters = new ArrayList<>(plugins);
		String id = "c" + deployment.number();
		if (!route.name().isEmpty()) {
			filters.add("AddRequestHeader=x-tck-route, " + route.name());
			id += "-" + route.name();
		}
		String scheme = deployment.conformanceCase().tlsUpstream() ? "https" : "http";
		return Map.of("id", id, "uri", scheme + "://127.0.0.1:" + deployment.upstreamPort(), "predicates", predicates,
				"filters", filters, "metadata", metadata(deployment));
	}

	private static Map<String, Object> metadata(Deployment deployment) {
		Map<String, Object> metadata = new LinkedHashMap<>();
		if (deployment.conformanceCase().timeout() > 0) {
			metadata.put("response-timeout", deployment.conformanceCase().timeout());
		}
		if (deployment.conformanceCase().http2Upstream()) {
			metadata.put("http2", true);
		}
		if (deployment.conformanceCase().tlsUpstream()) {
			metadata.put("tls", true);
		}
		if (deployment.conformanceCase().filters().stream().anyMatch((filter) -> filter.script().contains(CLUSTER))) {
			// The name must be as long as Envoy's.
			metadata.put(CLUSTER, EnvoyConfiguration.listener(deployment));
		}
		return metadata;
	}

	private Map<String, Object> plugin(Deployment deployment, int position) {
		Filter filter = deployment.conformanceCase().filters().get(position);
		Map<String, Object> plugin = new LinkedHashMap<>();
		plugin.put("url", "file:" + this.modules.resolve(filter.module() + ".wasm").toAbsolutePath());
		plugin.put("root-id", filter.rootId());
		plugin.put("vm-id", deployment.vmId(position));
		plugin.put("configuration", deployment.configuration(position));
		if (!filter.vmConfiguration().isEmpty()) {
			plugin.put("vm-configuration", filter.vmConfiguration());
		}
		plugin.put("fail-strategy", filter.failOpen() ? "open" : "closed");
		plugin.put("allow-on-headers-stop-iteration", filter.stopIteration());
		plugin.put("reroute", filter.reroute());
		plugin.put("vms", 1);
		plugin.put("warm-up", 0);
		return plugin;
	}

}
