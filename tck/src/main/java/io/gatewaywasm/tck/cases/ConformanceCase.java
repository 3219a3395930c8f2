package io.gatewaywasm.tck.cases;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One case: what is sent to a proxy with a chain of plugins, and what its upstreams do.
 *
 * @param id area and name
 * @param filters the chain, the outermost plugin first
 * @param requests what the client sends
 * @param upstream the answers of the route's upstream, the last one repeats
 * @param callouts the answers of the upstreams that plugins call, by name
 * @param upgrade whether WebSocket upgrades are enabled
 * @param strict what is compared although it usually is not
 * @param leaveOut parts of observations that are not compared
 * @param settle milliseconds to wait for late callbacks
 * @param reason why something is left out, or what the case is about
 * @param exchange the requests and the upstream's answers as they are written: cases with
 * the same do the same without plugins
 */
public record ConformanceCase(String id, List<Filter> filters, List<ClientRequest> requests,
		List<UpstreamAnswer> upstream, Map<String, List<UpstreamAnswer>> callouts, boolean upgrade, Set<String> strict,
		List<String> leaveOut, int settle, String reason, String exchange) {

	static ConformanceCase of(String id, Node node) {
		List<Filter> filters = new ArrayList<>();
		if (node.has("script")) {
			filters.add(Filter.of(new Node(id, filterOf(node))));
		}
		for (Object filter : node.list("filters")) {
			filters.add(Filter.of(new Node(id + ".filters", filter)));
		}
		List<ClientRequest> requests = new ArrayList<>();
		for (Object request : node.list(node.has("requests") ? "requests" : "request")) {
			requests.add(ClientRequest.of(new Node(id + ".request", request)));
		}
		if (requests.isEmpty()) {
			requests.add(ClientRequest.of(new Node(id, Map.of())));
		}
		Map<String, List<UpstreamAnswer>> callouts = new LinkedHashMap<>();
		if (node.has("callouts")) {
			Node names = node.child("callouts");
			names.keys().forEach((name) -> callouts.put(name, answers(id + "." + name, names.list(name))));
		}
		ConformanceCase conformanceCase = new ConformanceCase(id, List.copyOf(filters), List.copyOf(requests),
				answers(id + ".upstream", node.list("upstream")), callouts, node.flag("upgrade"),
				Set.copyOf(node.texts("strict")), node.texts("leave-out"), node.number("settle", 0),
				node.text("reason", ""), exchangeOf(node));
		node.finish();
		return conformanceCase;
	}

	private static String exchangeOf(Node node) {
		StringBuilder exchange = new StringBuilder();
		for (String key : List.of("request", "requests", "upstream", "upgrade", "settle")) {
			exchange.append(key).append('=').append(node.get(key)).append(' ');
		}
		return exchange.toString();
	}

	private static Map<String, Object> filterOf(Node node) {
		Map<String, Object> filter = new LinkedHashMap<>();
		for (String key : List.of("script", "module", "fail-open", "allow-on-headers-stop-iteration",
				"vm-configuration", "root-id")) {
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
			answers.add(UpstreamAnswer.of(new Node(where, value)));
		}
		if (answers.isEmpty()) {
			answers.add(UpstreamAnswer.of(new Node(where, Map.of("body", "upstream"))));
		}
		return List.copyOf(answers);
	}

	/**
	 * Returns the same exchange without plugins, which shows what is the proxy's own.
	 */
	public ConformanceCase withoutFilters() {
		return new ConformanceCase(this.id + "#baseline", List.of(), this.requests, this.upstream, Map.of(),
				this.upgrade, this.strict, this.leaveOut, this.settle, this.reason, this.exchange);
	}

	/**
	 * Returns the folder and file that the case is from.
	 */
	public String area() {
		return this.id.substring(0, this.id.indexOf('/'));
	}

}
