package io.gatewaywasm.tck.cases;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One case: the requests to a proxy with a chain of plugins, and the behavior of its
 * upstreams.
 *
 * @param id area and name
 * @param filters the chain, outermost plugin first
 * @param routes the routes in order; a single route for all requests if the case names
 * none
 * @param requests the requests of the client
 * @param upstream the answers of the route's upstream; the last one repeats
 * @param callouts the answers of the upstreams for callouts, by name
 * @param upgrade whether WebSocket upgrades are enabled
 * @param beforeRouting whether the gateway runs the plugins before it chooses a route; in
 * Envoy, plugins that clear the route have the same effect
 * @param strict additional aspects to compare
 * @param leaveOut parts of observations that are not compared
 * @param timeout milliseconds within which the upstream must answer; 0 for no limit
 * @param settle milliseconds to wait for late callbacks
 * @param reason why something is left out, or what the case is about
 * @param exchange the YAML of the requests and of the upstream's answers; cases in which
 * it is equal behave the same without plugins
 */
public record ConformanceCase(String id, List<Filter> filters, List<CaseRoute> routes, List<ClientRequest> requests,
		List<UpstreamAnswer> upstream, Map<String, List<UpstreamAnswer>> callouts, boolean upgrade,
		boolean beforeRouting, Set<String> strict, List<String> leaveOut, int timeout, int settle, String reason,
		String exchange) {

	static ConformanceCase of(String id, YamlMapping node) {
		List<Filter> filters = new ArrayList<>();
		if (node.has("script")) {
			filters.add(Filter.of(new YamlMapping(id, filterOf(node))));
		}
		for (Object filter : node.list("filters")) {
			filters.add(Filter.of(new YamlMapping(id + ".filters", filter)));
		}
		List<CaseRoute> routes = new ArrayList<>();
		for (Object route : node.list("routes")) {
			routes.add(CaseRoute.of(new YamlMapping(id + ".routes", route)));
		}
		if (routes.isEmpty()) {
			routes.add(CaseRoute.ANY);
		}
		List<ClientRequest> requests = new ArrayList<>();
		for (Object request : node.list(node.has("requests") ? "requests" : "request")) {
			requests.add(ClientRequest.of(new YamlMapping(id + ".request", request)));
		}
		if (requests.isEmpty()) {
			requests.add(ClientRequest.of(new YamlMapping(id, Map.of())));
		}
		Map<String, List<UpstreamAnswer>> callouts = new LinkedHashMap<>();
		if (node.has("callouts")) {
			YamlMapping names = node.child("callouts");
			names.keys().forEach((name) -> callouts.put(name, answers(id + "." + name, names.list(name))));
		}
		ConformanceCase conformanceCase = new ConformanceCase(id, List.copyOf(filters), List.copyOf(routes),
				List.copyOf(requests), answers(id + ".upstream", node.list("upstream")), callouts, node.flag("upgrade"),
				node.flag("before-routing"), Set.copyOf(node.texts("strict")), node.texts("leave-out"),
				node.number("timeout", 0), node.number("settle", 0), node.text("reason", ""), exchangeOf(node));
		node.finish();
		return conformanceCase;
	}

	private static String exchangeOf(YamlMapping node) {
		StringBuilder exchange = new StringBuilder();
		for (String key : List.of("request", "requests", "upstream", "upgrade", "timeout", "settle", "routes")) {
			exchange.append(key).append('=').append(node.get(key)).append(' ');
		}
		return exchange.toString();
	}

	private static Map<String, Object> filterOf(YamlMapping node) {
		Map<String, Object> filter = new LinkedHashMap<>();
		for (String key : List.of("script", "module", "fail-open", "allow-on-headers-stop-iteration",
				"vm-configuration", "root-id", "vm-id", "reroute")) {
			Object value = node.get(key);
			if (value != null) {
				filter.put(key, value);
			}
		}
		return filter;
	}

	private static List<UpstreamAnswer> answers(String where, List<Object> values) {
		List<UpstreamAnswer> answers = new ArrayList<>();
		for (Object value : values) {
			answers.add(UpstreamAnswer.of(new YamlMapping(where, value)));
		}
		if (answers.isEmpty()) {
			answers.add(UpstreamAnswer.of(new YamlMapping(where, Map.of("body", "upstream"))));
		}
		return List.copyOf(answers);
	}

	/**
	 * Returns the same exchange without plugins, which shows the proxy's own behavior.
	 */
	public ConformanceCase withoutFilters() {
		return new ConformanceCase(this.id + "#baseline", List.of(), this.routes, this.requests, this.upstream,
				Map.of(), this.upgrade, false, this.strict, this.leaveOut, this.timeout, this.settle, this.reason,
				this.exchange);
	}

	/** Returns whether the client uses HTTP/2. */
	public boolean http2() {
		return this.requests.get(0).version().equals("2");
	}

	/** Returns whether the proxy uses HTTP/2 to the upstream. */
	public boolean http2Upstream() {
		return this.upstream.stream().anyMatch(UpstreamAnswer::http2);
	}

	/** Returns whether the client uses TLS. */
	public boolean tls() {
		return this.requests.get(0).tls();
	}

	/** Returns whether the client connects to the loopback address of IPv6. */
	public boolean ipv6() {
		return this.requests.get(0).ipv6();
	}

	/** Returns whether the proxy uses TLS to the upstream. */
	public boolean tlsUpstream() {
		return this.upstream.stream().anyMatch(UpstreamAnswer::tls);
	}

	/** Returns the folder that the case comes from. */
	public String area() {
		return this.id.substring(0, this.id.indexOf('/'));
	}

}
