package io.gatewaywasm.benchmarks;

import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * What was measured of whole gateways, route beside route.
 */
final class GatewayFigures {

	private final JsonNode results;

	private final JsonNode routes;

	GatewayFigures(JsonNode results) {
		this.results = results;
		this.routes = results.get("routes");
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
		connections(text, this.results.get("connections"));
		heap(text, this.results.get("heap"));
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
		Sample sample = new Sample();
		this.routes.get(route).forEach((run) -> sample.add(run.get(figure).asDouble()));
		return sample;
	}

	private static void connections(ReportText text, JsonNode sweep) {
		text.heading("Gateway: CPU in us/request by connections, and what the filter makes of it");
		text.line("%-12s %12s %21s %21s", "connections", "none", "minimal, x", "hello, x");
		double worst = 0;
		double best = Double.MAX_VALUE;
		for (Map.Entry<String, JsonNode> entry : sweep.properties()) {
			Sample none = cpu(entry.getValue(), "none");
			Sample minimal = cpu(entry.getValue(), "minimal").dividedBy(none);
			Sample hello = cpu(entry.getValue(), "hello").dividedBy(none);
			text.line("%-12s %12.1f %21s %21s", entry.getKey(), none.median(), minimal.spread("%.3f"),
					hello.spread("%.3f"));
			worst = Math.max(worst, hello.median());
			best = Math.min(best, hello.median());
		}
		text.add(Target.atMost("gateway, hello to none: CPU at the worst of 1, 32, 512 connections to the best",
				worst / best, 1.1, "x"));
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
