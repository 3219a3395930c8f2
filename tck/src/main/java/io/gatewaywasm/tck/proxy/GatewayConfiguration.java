package io.gatewaywasm.tck.proxy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.gatewaywasm.tck.cases.Filter;

/**
 * The gateway's application properties for a number of cases.
 */
final class GatewayConfiguration {

	private final Path modules;

	GatewayConfiguration(Path modules) {
		this.modules = modules;
	}

	Map<String, Object> of(List<Deployment> deployments) {
		Map<String, Object> plugins = new LinkedHashMap<>();
		Map<String, Object> upstreams = new LinkedHashMap<>();
		List<Object> routes = new ArrayList<>();
		for (Deployment deployment : deployments) {
			List<Object> filters = new ArrayList<>(List.of("PreserveHostHeader"));
			for (int i = 0; i < deployment.conformanceCase().filters().size(); i++) {
				plugins.put(deployment.plugin(i), plugin(deployment, i));
				filters.add("Wasm=" + deployment.plugin(i));
			}
			routes.add(Map.of("id", "c" + deployment.number(), "uri", "http://127.0.0.1:" + deployment.upstreamPort(),
					"predicates", List.of("Header=x-tck-case, " + deployment.number()), "filters", filters));
			deployment.calloutPorts()
				.forEach((name, port) -> upstreams.put(deployment.callout(name),
						Map.of("uri", "http://127.0.0.1:" + port)));
		}
		Map<String, Object> properties = new LinkedHashMap<>();
		properties.put("server", Map.of("port", 0));
		properties.put("logging", Map.of("pattern.console", "@@%level|%logger|%msg%n", "level.root", "info"));
		properties.put("spring.main.banner-mode", "off");
		properties.put("spring.cloud.gateway.server.webflux.routes", routes);
		properties.put("gateway.wasm", Map.of("plugins", plugins, "upstreams", upstreams));
		return properties;
	}

	private Map<String, Object> plugin(Deployment deployment, int position) {
		Filter filter = deployment.conformanceCase().filters().get(position);
		Map<String, Object> plugin = new LinkedHashMap<>();
		plugin.put("url", "file:" + this.modules.resolve(filter.module() + ".wasm").toAbsolutePath());
		plugin.put("root-id", filter.rootId());
		plugin.put("vm-id", deployment.plugin(position));
		plugin.put("configuration", deployment.configuration(position));
		if (!filter.vmConfiguration().isEmpty()) {
			plugin.put("vm-configuration", filter.vmConfiguration());
		}
		plugin.put("fail-strategy", filter.failOpen() ? "open" : "closed");
		plugin.put("allow-on-headers-stop-iteration", filter.stopIteration());
		plugin.put("vms", 1);
		plugin.put("warm-up", 0);
		return plugin;
	}

}
