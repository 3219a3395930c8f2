package io.gatewaywasm.benchmarks;

import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * The measurements of gateways, by route.
 */
final class GatewayFigures {

	private final JsonNode results;

	private final JsonNode routes;

	private final JsonNode envoy;

	GatewayFigures(JsonNode results) {
		this.results = results;
		this.routes = results.get("routes");
		this.envoy = results.path("envoy");
	}

	void report(ReportText text) {
		text.heading("Gateway: medians (quartiles); ratios are of runs next to each other");
		text.line("%-10s %8s %8s %8s %21s %21s %21s %21s", "", "req/s", "p50, ms", "p99, ms", "CPU, us/request",
				"CPU, x", "req/s, x", "p99, x");
		for (Map.Entry<String, JsonNode> route : this.routes.properties()) {
			String name = route.getKey();
			String reference = name.equals("body") ? "none-post" : "java";
			text.line("%-10s %8.0f %8.2f %8.2f %21s %21s %21s %21s", name, sample(name, "rate").median(),
					sample(name, "p50").median(), sample(name, "p99").median(), sample(name, "cpuMicros").spread(),
					ratios(name, reference, "cpuMicros").spread("%.3f"), ratios(name, reference, "rate").spread("%.3f"),
					ratios(name, reference, "p99").spread("%.3f"));
		}
		text.line("(%d rounds; ratios to the route java, the built-in AddRequestHeader; of body to none-post)",
				sample("java", "rate").size());
		targets(text, "minimal", 1.05, 0.95);
		targets(text, "hello", 1.18, 0.88);
		added(text);
		connections(text, this.results.get("connections"));
		heap(text, this.results.get("heap"));
	}

	/**
	 * Reports the added cost of filters: the CPU of a route minus that of the route
	 * without a filter in the same round, for each proxy.
	 */
	private void added(ReportText text) {
		text.heading("Added CPU per request, us: the route with the filter less the one without, medians (quartiles)");
		text.line("%-10s %21s %21s %21s", "", "here", "Envoy", "here to Envoy, x");
		added(text, "hello", "hello_world", 1);
		added(text, "go", "headers_go", 1.3);
		added(text, "body", "body_rust, 16 KB", 1);
		Sample java = added(this.routes, "java");
		text.line("%-10s %21s", "java", java.spread());
		text.add(Target.atMost("added CPU, hello_world to AddRequestHeader, both here",
				(java.median() > 0) ? added(this.routes, "hello").dividedBy(java.median()) : new Sample(), 1, "x"));
		if (!this.envoy.isEmpty()) {
			text.line("%-10s %21s %21s %21s", "no filter", sample(this.routes, "none", "cpuMicros").spread(),
					sample(this.envoy, "none", "cpuMicros").spread(),
					sample(this.routes, "none", "cpuMicros").dividedBy(sample(this.envoy, "none", "cpuMicros"))
						.spread("%.2f"));
		}
	}

	private void added(ReportText text, String route, String filter, double target) {
		Sample here = added(this.routes, route);
		Sample there = added(this.envoy, route);
		// The added cost of Envoy is small, so a single measurement can be almost zero.
		Sample ratios = (there.median() > 0) ? here.dividedBy(there.median()) : new Sample();
		text.line("%-10s %21s %21s %21s", route, here.spread(), there.spread(), ratios.spread("%.2f"));
		text.add(Target.atMost("added CPU, " + filter + ": here to Envoy", ratios, target, "x"));
	}

	private static Sample added(JsonNode side, String route) {
		String without = route.equals("body") ? "none-post" : "none";
		return sample(side, route, "cpuMicros").minus(sample(side, without, "cpuMicros"));
	}

	private void targets(ReportText text, String route, double cpu, double rate) {
		String prefix = "gateway, " + route + " to AddRequestHeader: ";
		text.add(Target.atMost(prefix + "CPU", ratios(route, "java", "cpuMicros").median(), cpu, "x"));
		text.add(Target.atLeast(prefix + "requests/s", ratios(route, "java", "rate").median(), rate, "x"));
		text.add(Target.atMost(prefix + "p99", ratios(route, "java", "p99").median(), 1.15, "x"));
	}

	private Sample ratios(String route, String reference, String figure) {
		return sample(route, figure).dividedBy(sample(reference, figure));
	}

	private Sample sample(String route, String figure) {
		return sample(this.routes, route, figure);
	}

	private static Sample sample(JsonNode side, String route, String figure) {
		Sample sample = new Sample();
		side.path(route).forEach((run) -> sample.add(run.get(figure).asDouble()));
		return sample;
	}

	private static void connections(ReportText text, JsonNode sweep) {
		text.heading("Gateway: CPU in us/request by connections, and what the filter makes of it");
		text.line("%-12s %12s %21s %21s", "connections", "none", "minimal, x", "hello, x");
		for (Map.Entry<String, JsonNode> entry : sweep.properties()) {
			Sample none = cpu(entry.getValue(), "none");
			Sample minimal = cpu(entry.getValue(), "minimal").dividedBy(none);
			Sample hello = cpu(entry.getValue(), "hello").dividedBy(none);
			text.line("%-12s %12.1f %21s %21s", entry.getKey(), none.median(), minimal.spread("%.3f"),
					hello.spread("%.3f"));
		}
		text.add(Target.atMost("gateway, hello to none: CPU ratio at 512 connections to that at 32",
				ratios(sweep, "512").dividedBy(ratios(sweep, "32")), 1.05, "x"));
	}

	private static Sample ratios(JsonNode sweep, String connections) {
		return cpu(sweep.path(connections), "hello").dividedBy(cpu(sweep.path(connections), "none"));
	}

	private static Sample cpu(JsonNode rounds, String route) {
		Sample sample = new Sample();
		rounds.forEach((round) -> sample.add(round.get(route).get("cpuMicros").asDouble()));
		return sample;
	}

	private static void heap(ReportText text, @Nullable JsonNode heap) {
		double growth = Double.NaN;
		if (heap != null) {
			growth = (heap.get("after").asDouble() - heap.get("before").asDouble()) / 1e6;
			text.heading("Gateway: heap");
			text.line("%.1f MB before and %.1f MB after %d requests", heap.get("before").asDouble() / 1e6,
					heap.get("after").asDouble() / 1e6, heap.get("requests").asLong());
		}
		text.add(Target.atMost("gateway, hello: growth of the heap over a million requests", growth, 2, "MB"));
	}

}
