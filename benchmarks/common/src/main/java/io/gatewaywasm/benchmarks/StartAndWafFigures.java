package io.gatewaywasm.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * The figures of newly started JVMs and of the web application firewall. A component is
 * {@code null} if it was not measured: {@code cold} is a module compiled in a new JVM,
 * {@code start} gateways up to their first response, {@code waf} the firewall here and in
 * Envoy.
 */
record StartAndWafFigures(@Nullable JsonNode cold, @Nullable JsonNode start, @Nullable JsonNode waf) {

	void report(ReportText text) {
		text.heading("New JVMs, and the firewall");
		Sample compile = sample(this.cold, "cpuSeconds");
		text.line("headers_go compiled in a new JVM: %.1f s of CPU", compile.median());
		text.add(Target.atMost("headers_go: CPU to compile it in a new JVM", compile, 5, "s"));
		starts(text, "plain", "plain");
		starts(text, "aot", "with an AOT cache");
		starts(text, "springAot", "with an AOT cache and Spring AOT");
		text.add(Target.atMost("start to the first request through three filters, AOT cache and Spring AOT",
				sample(this.start, "springAotSeconds"), 1.5, "s"));
		if (this.waf != null) {
			text.line(
					"Coraza, start to the first answer: %.1f s of CPU here, %.1f s from the disk cache, %.1f s in Envoy",
					sample(this.waf, "coldStartSeconds").median(), sample(this.waf, "cachedStartSeconds").median(),
					sample(this.waf, "envoyStartSeconds").median());
		}
		for (String script : new String[] { "get", "post4k" }) {
			requests(text, script);
		}
		text.add(Target.atMost("Coraza: CPU from a cold start to the first answer, here to Envoy",
				sample(this.waf, "coldStartSeconds").dividedBy(sample(this.waf, "envoyStartSeconds").median()), 1.5,
				"x"));
		text.add(Target.atMost("Coraza: CPU from a start with the disk cache to the first answer",
				sample(this.waf, "cachedStartSeconds"), 5, "s"));
	}

	/** Reports gateways that were started in the same way. */
	private void starts(ReportText text, String name, String description) {
		text.line("start to the first request through three filters in Rust, %s: %s s, CPU %s s", description,
				sample(this.start, name + "Seconds").spread("%.2f"),
				sample(this.start, name + "CpuSeconds").spread("%.2f"));
	}

	/** Reports requests of a kind through the firewall. */
	private void requests(ReportText text, String script) {
		Sample here = sample(this.waf, script);
		Sample envoy = sample(this.waf, "envoy-" + script);
		if (this.waf != null) {
			text.line("Coraza, %s: %s ms of CPU per request here, %s ms in Envoy", script, here.spread("%.2f"),
					envoy.spread("%.2f"));
		}
		text.add(
				Target.atMost("Coraza, " + script + ": CPU per request, here to Envoy", here.dividedBy(envoy), 2, "x"));
	}

	private static Sample sample(@Nullable JsonNode figures, String name) {
		Sample sample = new Sample();
		JsonNode values = (figures != null) ? figures.path(name) : null;
		if (values != null && values.isArray()) {
			values.forEach((value) -> sample.add(value.asDouble()));
		}
		else if (values != null && values.isNumber()) {
			sample.add(values.asDouble());
		}
		return sample;
	}

}
