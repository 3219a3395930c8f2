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
 * The JMH measurements of an exchange's lifecycle: with this host, with the peer host,
 * and with the guest alone, which is the lower bound for any host.
 */
final class Lifecycles {

	private static final String CPU = "cpu.norm";

	private static final String ALLOCATION = "gc.alloc.rate.norm";

	private final Map<Scenario, Lifecycle> host;

	private final Map<Scenario, Lifecycle> peer;

	private final Map<Scenario, Lifecycle> guest;

	/** Measurements with the JVM option for large methods. */
	private final Map<Scenario, Lifecycle> flag;

	private final Map<Scenario, Sample> v8;

	private Lifecycles(Map<Scenario, Lifecycle> host, Map<Scenario, Lifecycle> peer, Map<Scenario, Lifecycle> guest,
			Map<Scenario, Lifecycle> flag, Map<Scenario, Sample> v8) {
		this.host = host;
		this.peer = peer;
		this.guest = guest;
		this.flag = flag;
		this.v8 = v8;
	}

	/** The measurements of one host in one scenario. */
	private record Lifecycle(Sample cpu, Sample allocation) {

	}

	static Lifecycles read(Path directory, ObjectMapper mapper) throws IOException {
		return new Lifecycles(read(directory, "host-*.json", mapper), read(directory, "peer-*.json", mapper),
				read(directory, "floor-*.json", mapper), read(directory, "flag-*.json", mapper),
				v8(directory.resolve("v8.json"), mapper));
	}

	private static Map<Scenario, Sample> v8(Path file, ObjectMapper mapper) throws IOException {
		Map<Scenario, Sample> v8 = new EnumMap<>(Scenario.class);
		if (Files.exists(file)) {
			for (Map.Entry<String, JsonNode> filter : mapper.readTree(file.toFile()).properties()) {
				Sample sample = new Sample();
				filter.getValue().forEach((nanos) -> sample.add(nanos.asDouble()));
				v8.put(Scenario.valueOf(filter.getKey().toUpperCase(Locale.ROOT)), sample);
			}
		}
		return v8;
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
		this.v8.forEach((scenario, alone) -> text.line("%s: the guest alone takes %s ns in V8, %s ns here",
				name(scenario), alone.spread(), cpu(this.guest, scenario).spread()));
		targets(text);
		targetsOfV8(text);
	}

	/**
	 * Splits a lifecycle into the parts of the guest and the host, which shows the limit
	 * for any host.
	 */
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

	private void targetsOfV8(ReportText text) {
		text.add(Target.atMost("headers_go: lifecycle on a stock JVM to the guest alone in V8",
				ratios(cpu(this.host, Scenario.HEADERS_GO), this.v8.get(Scenario.HEADERS_GO)), 1.5, "x"));
		text.add(Target.atMost("ES256 in Go: the guest alone on a stock JVM to V8",
				ratios(cpu(this.guest, Scenario.SIGNATURE_GO), this.v8.get(Scenario.SIGNATURE_GO)), 2, "x"));
		text.add(Target.atMost("headers_go: what -XX:-DontCompileHugeMethods gains",
				ratios(cpu(this.host, Scenario.HEADERS_GO), cpu(this.flag, Scenario.HEADERS_GO)), 1.05, "x"));
		for (Scenario scenario : List.of(Scenario.MIN_ADD, Scenario.ADD_HEADER)) {
			text.add(Target.atMost(name(scenario) + ": the host's share of a lifecycle",
					cpu(this.host, scenario).median() - cpu(this.guest, scenario).median(), 150, "ns"));
		}
	}

	private static Sample cpu(Map<Scenario, Lifecycle> side, Scenario scenario) {
		Lifecycle lifecycle = side.get(scenario);
		return (lifecycle != null) ? lifecycle.cpu() : new Sample();
	}

	/**
	 * Divides each measurement by the median of the other sample, because the two were
	 * not measured in pairs.
	 */
	private static Sample ratios(Sample sample, @Nullable Sample other) {
		return (other != null) ? sample.dividedBy(other.median()) : new Sample();
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
