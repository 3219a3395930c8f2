package io.gatewaywasm.benchmarks;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;

/**
 * What JMH has measured of the lifecycle of an exchange: by this host, by the other one,
 * and by the guest alone, which no host can be faster than.
 */
final class Lifecycles {

	private static final String CPU = "cpu.norm";

	private static final String ALLOCATION = "gc.alloc.rate.norm";

	private final Map<Scenario, Lifecycle> host;

	private final Map<Scenario, Lifecycle> peer;

	private final Map<Scenario, Lifecycle> guest;

	private Lifecycles(Map<Scenario, Lifecycle> host, Map<Scenario, Lifecycle> peer, Map<Scenario, Lifecycle> guest) {
		this.host = host;
		this.peer = peer;
		this.guest = guest;
	}

	/** What was measured of one side in one scenario. */
	private record Lifecycle(Sample cpu, Sample allocation) {

	}

	static Lifecycles read(Path directory, ObjectMapper mapper) throws IOException {
		return new Lifecycles(read(directory, "host-*.json", mapper), read(directory, "peer-*.json", mapper),
				read(directory, "floor.json", mapper));
	}

	private static Map<Scenario, Lifecycle> read(Path directory, String pattern, ObjectMapper mapper)
			throws IOException {
		List<Path> files = new ArrayList<>();
		try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, pattern)) {
			found.forEach(files::add);
		}
		files.sort(null);
		Map<Scenario, Lifecycle> side = new EnumMap<>(Scenario.class);
		for (Path file : files) {
			for (JsonNode result : mapper.readTree(file.toFile())) {
				Scenario scenario = Scenario.valueOf(result.at("/params/scenario").asText());
				Lifecycle lifecycle = side.computeIfAbsent(scenario,
						(key) -> new Lifecycle(new Sample(), new Sample()));
				addAll(lifecycle.cpu(), result.get("secondaryMetrics").get(CPU));
				addAll(lifecycle.allocation(), result.get("secondaryMetrics").get(ALLOCATION));
			}
		}
		return side;
	}

	private static void addAll(Sample sample, JsonNode metric) {
		metric.get("rawData").forEach((fork) -> fork.forEach((value) -> sample.add(value.asDouble())));
	}

	void report(ReportText text) {
		text.heading("Lifecycle of an exchange: CPU and allocation, medians (quartiles)");
		text.line("%-14s %30s %12s %30s %12s %7s %7s", "", "this host, ns", "B", "proxy-wasm-java-host 0.0.5, ns", "B",
				"CPU", "alloc");
		for (Scenario scenario : Scenario.values()) {
			Lifecycle ours = this.host.get(scenario);
			Lifecycle theirs = this.peer.get(scenario);
			if (ours != null && theirs != null) {
				text.line("%-14s %30s %12.0f %30s %12.0f %6.2fx %6.2fx", name(scenario), ours.cpu().spread(),
						ours.allocation().median(), theirs.cpu().spread(), theirs.allocation().median(),
						speed(scenario), allocation(scenario));
			}
		}
		this.guest.forEach((scenario, alone) -> made(text, scenario, alone.cpu().median()));
		targets(text);
	}

	/** What a lifecycle is made of, and so what any host could reach. */
	private void made(ReportText text, Scenario scenario, double alone) {
		Lifecycle ours = this.host.get(scenario);
		Lifecycle theirs = this.peer.get(scenario);
		if (ours == null || theirs == null) {
			return;
		}
		text.line(
				"%s: %.0f ns = %.0f ns the guest alone + %.0f ns this host; a host that costs nothing would be %.2f times"
						+ " faster than the peer",
				name(scenario), ours.cpu().median(), alone, ours.cpu().median() - alone, theirs.cpu().median() / alone);
	}

	private void targets(ReportText text) {
		text.add(Target.atLeast("hello_world: times faster than the peer", speed(Scenario.HELLO_WORLD), 3.5, "x"));
		text.add(Target.atLeast("hello_world: times less allocation than the peer", allocation(Scenario.HELLO_WORLD), 5,
				"x"));
		for (Scenario scenario : List.of(Scenario.BODY_RUST_64K, Scenario.BODY_RUST_1M, Scenario.BODY_GO_64K,
				Scenario.BODY_GO_1M)) {
			text.add(Target.atLeast(name(scenario) + ": times faster than the peer", speed(scenario), 2, "x"));
		}
		Lifecycle oneCall = this.host.get(Scenario.ADD_HEADER);
		text.add(Target.atMost("one-call Rust filter: CPU of a lifecycle",
				(oneCall != null) ? oneCall.cpu().median() / 1000 : Double.NaN, 0.6, "us"));
		text.add(Target.atMost("one-call Rust filter: allocation of a lifecycle",
				(oneCall != null) ? oneCall.allocation().median() : Double.NaN, 512, "B"));
	}

	private double speed(Scenario scenario) {
		return ratio(scenario, true);
	}

	private double allocation(Scenario scenario) {
		return ratio(scenario, false);
	}

	private double ratio(Scenario scenario, boolean cpu) {
		Lifecycle ours = this.host.get(scenario);
		Lifecycle theirs = this.peer.get(scenario);
		if (ours == null || theirs == null) {
			return Double.NaN;
		}
		return cpu ? theirs.cpu().median() / ours.cpu().median()
				: theirs.allocation().median() / ours.allocation().median();
	}

	Map<String, Object> json() {
		Map<String, Object> lifecycles = new LinkedHashMap<>();
		for (Scenario scenario : this.host.keySet()) {
			Map<String, Object> sides = new LinkedHashMap<>();
			sides.put("host", figures(this.host.get(scenario)));
			sides.put("peer", figures(this.peer.get(scenario)));
			sides.put("guest", figures(this.guest.get(scenario)));
			lifecycles.put(name(scenario), sides);
		}
		return lifecycles;
	}

	private static Map<String, Object> figures(@Nullable Lifecycle lifecycle) {
		return (lifecycle == null) ? Map.of()
				: Map.of("cpuNanos", lifecycle.cpu().median(), "allocatedBytes", lifecycle.allocation().median());
	}

	private static String name(Scenario scenario) {
		return scenario.name().toLowerCase(Locale.ROOT);
	}

}
