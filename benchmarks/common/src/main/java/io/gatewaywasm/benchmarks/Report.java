package io.gatewaywasm.benchmarks;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
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
 * Sums up what the benchmarks of one run have written, and holds it against the targets.
 */
public final class Report {

	private static final String BEGIN = "<!-- report: begin -->";

	private static final String END = "<!-- report: end -->";

	private static final String CPU = "cpu.norm";

	private static final String ALLOCATION = "gc.alloc.rate.norm";

	private final ObjectMapper mapper = new ObjectMapper();

	private final Path directory;

	private final Map<Scenario, Lifecycle> host = new EnumMap<>(Scenario.class);

	private final Map<Scenario, Lifecycle> floor = new EnumMap<>(Scenario.class);

	private final Map<Scenario, Lifecycle> peer = new EnumMap<>(Scenario.class);

	private final List<Target> targets = new ArrayList<>();

	private final StringBuilder text = new StringBuilder();

	private Report(Path directory) {
		this.directory = directory;
	}

	/** What was measured of one side in one scenario. */
	private record Lifecycle(Sample cpu, Sample allocation) {

	}

	/**
	 * Write {@code report.txt} and {@code report.json}.
	 * @param args the directory with the results; optionally a document to put the report
	 * into, between its markers
	 */
	public static void main(String[] args) throws IOException {
		Report report = new Report(Path.of(args[0]));
		report.run();
		if (args.length > 1) {
			report.publish(Path.of(args[1]));
		}
	}

	private void publish(Path document) throws IOException {
		String content = Files.readString(document);
		int begin = content.indexOf(BEGIN);
		int end = content.indexOf(END);
		if (begin < 0 || end < begin) {
			throw new IllegalStateException(document + " has no place for the report: " + BEGIN + " ... " + END);
		}
		Files.writeString(document, content.substring(0, begin + BEGIN.length()) + "\n```text\n"
				+ this.text.toString().strip() + "\n```\n" + content.substring(end));
	}

	private void run() throws IOException {
		line("%s, %d cores, %s, Java %s", LocalDate.now(), Runtime.getRuntime().availableProcessors(),
				System.getProperty("os.name"), System.getProperty("java.version"));
		read("host-*.json", this.host);
		read("peer-*.json", this.peer);
		read("floor.json", this.floor);
		lifecycles();
		loading();
		gateway();
		heading("Targets");
		this.targets.forEach((target) -> line("%s", target.line()));
		Files.writeString(this.directory.resolve("report.txt"), this.text);
		this.mapper.writerWithDefaultPrettyPrinter().writeValue(this.directory.resolve("report.json").toFile(), json());
		System.out.print(this.text);
	}

	private void read(String pattern, Map<Scenario, Lifecycle> side) throws IOException {
		List<Path> files = new ArrayList<>();
		try (DirectoryStream<Path> found = Files.newDirectoryStream(this.directory, pattern)) {
			found.forEach(files::add);
		}
		files.sort(null);
		for (Path file : files) {
			for (JsonNode result : this.mapper.readTree(file.toFile())) {
				Scenario scenario = Scenario.valueOf(result.at("/params/scenario").asText());
				Lifecycle lifecycle = side.computeIfAbsent(scenario,
						(key) -> new Lifecycle(new Sample(), new Sample()));
				addAll(lifecycle.cpu(), result.get("secondaryMetrics").get(CPU));
				addAll(lifecycle.allocation(), result.get("secondaryMetrics").get(ALLOCATION));
			}
		}
	}

	private static void addAll(Sample sample, JsonNode metric) {
		metric.get("rawData").forEach((fork) -> fork.forEach((value) -> sample.add(value.asDouble())));
	}

	private void lifecycles() {
		heading("Lifecycle of an exchange: CPU and allocation, medians (quartiles)");
		line("%-14s %30s %12s %30s %12s %7s %7s", "", "this host, ns", "B", "proxy-wasm-java-host 0.0.5, ns", "B",
				"CPU", "alloc");
		for (Scenario scenario : Scenario.values()) {
			Lifecycle ours = this.host.get(scenario);
			Lifecycle theirs = this.peer.get(scenario);
			if (ours != null && theirs != null) {
				line("%-14s %30s %12.0f %30s %12.0f %6.2fx %6.2fx", name(scenario), spread(ours.cpu()),
						ours.allocation().median(), spread(theirs.cpu()), theirs.allocation().median(), speed(scenario),
						allocation(scenario));
			}
		}
		this.floor.forEach((scenario, guest) -> made(scenario, guest.cpu().median()));
		add(Target.atLeast("hello_world: times faster than the peer", speed(Scenario.HELLO_WORLD), 3.5, "x"));
		add(Target.atLeast("hello_world: times less allocation than the peer", allocation(Scenario.HELLO_WORLD), 5,
				"x"));
		for (Scenario scenario : List.of(Scenario.BODY_RUST_64K, Scenario.BODY_RUST_1M, Scenario.BODY_GO_64K,
				Scenario.BODY_GO_1M)) {
			add(Target.atLeast(name(scenario) + ": times faster than the peer", speed(scenario), 2, "x"));
		}
		Lifecycle oneCall = this.host.get(Scenario.ADD_HEADER);
		add(Target.atMost("one-call Rust filter: CPU of a lifecycle",
				(oneCall != null) ? oneCall.cpu().median() / 1000 : Double.NaN, 0.6, "us"));
		add(Target.atMost("one-call Rust filter: allocation of a lifecycle",
				(oneCall != null) ? oneCall.allocation().median() : Double.NaN, 512, "B"));
	}

	/** What a lifecycle is made of, and so what any host could reach. */
	private void made(Scenario scenario, double guest) {
		Lifecycle ours = this.host.get(scenario);
		Lifecycle theirs = this.peer.get(scenario);
		if (ours == null || theirs == null) {
			return;
		}
		line("%s: %.0f ns = %.0f ns the guest alone + %.0f ns this host; a host that costs nothing would be %.2f times"
				+ " faster than the peer", name(scenario), ours.cpu().median(), guest, ours.cpu().median() - guest,
				theirs.cpu().median() / guest);
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

	private void loading() throws IOException {
		JsonNode figures = file("load.json");
		if (figures == null) {
			return;
		}
		heading("Loading a module");
		line("%-14s %10s %10s %14s", "", "cold, ms", "warm, ms", "retained, MB");
		for (Map.Entry<String, JsonNode> figure : figures.properties()) {
			Sample warm = new Sample();
			figure.getValue().get("warmMillis").forEach((value) -> warm.add(value.asDouble()));
			double retained = figure.getValue().get("retainedBytes").asDouble() / 1e6;
			line("%-14s %10.0f %10.1f %14.1f", figure.getKey(), figure.getValue().get("coldMillis").asDouble(),
					warm.median(), retained);
			boolean go = figure.getKey().equals("headers_go");
			add(Target.atMost(figure.getKey() + ": load from a warm cache", warm.median(), go ? 120 : 20, "ms"));
			if (go) {
				add(Target.atMost(figure.getKey() + ": retained by the module", retained, 12, "MB"));
			}
		}
	}

	private void gateway() throws IOException {
		JsonNode results = file("gateway.json");
		if (results == null) {
			return;
		}
		heading("Gateway: medians (quartiles); ratios are of runs next to each other");
		line("%-10s %8s %8s %8s %21s %21s %21s %21s", "", "req/s", "p50, ms", "p99, ms", "CPU, us/request", "CPU, x",
				"req/s, x", "p99, x");
		JsonNode routes = results.get("routes");
		for (Map.Entry<String, JsonNode> route : routes.properties()) {
			String name = route.getKey();
			String reference = name.equals("body") ? "none-post" : "java";
			line("%-10s %8.0f %8.2f %8.2f %21s %21s %21s %21s", name, sample(routes, name, "rate").median(),
					sample(routes, name, "p50").median(), sample(routes, name, "p99").median(),
					spread(sample(routes, name, "cpuMicros")), ratios(routes, name, reference, "cpuMicros"),
					ratios(routes, name, reference, "rate"), ratios(routes, name, reference, "p99"));
		}
		line("(%d rounds; ratios to the route java, the built-in AddRequestHeader; of body to none-post)",
				sample(routes, "java", "rate").size());
		gatewayTargets(routes, "minimal", 1.05, 0.95);
		gatewayTargets(routes, "hello", 1.18, 0.88);
		connections(results.get("connections"));
		heap(results.get("heap"));
	}

	private void gatewayTargets(JsonNode routes, String route, double cpu, double rate) {
		String prefix = "gateway, " + route + " to AddRequestHeader: ";
		add(Target.atMost(prefix + "CPU", ratio(routes, route, "java", "cpuMicros"), cpu, "x"));
		add(Target.atLeast(prefix + "requests/s", ratio(routes, route, "java", "rate"), rate, "x"));
		add(Target.atMost(prefix + "p99", ratio(routes, route, "java", "p99"), 1.15, "x"));
	}

	private void connections(JsonNode sweep) {
		heading("Gateway: CPU in us/request by connections, and what the filter makes of it");
		line("%-12s %12s %21s %21s", "connections", "none", "minimal, x", "hello, x");
		double worst = 0;
		double best = Double.MAX_VALUE;
		for (Map.Entry<String, JsonNode> entry : sweep.properties()) {
			Sample none = cpu(entry.getValue(), "none");
			Sample minimal = cpu(entry.getValue(), "minimal").dividedBy(none);
			Sample hello = cpu(entry.getValue(), "hello").dividedBy(none);
			line("%-12s %12.1f %21s %21s", entry.getKey(), none.median(), spread(minimal, "%.3f"),
					spread(hello, "%.3f"));
			worst = Math.max(worst, hello.median());
			best = Math.min(best, hello.median());
		}
		add(Target.atMost("gateway, hello to none: CPU at the worst of 1, 32, 512 connections to the best", worst / best,
				1.1, "x"));
	}

	private static Sample cpu(JsonNode rounds, String route) {
		Sample sample = new Sample();
		rounds.forEach((round) -> sample.add(round.get(route).get("cpuMicros").asDouble()));
		return sample;
	}

	private void heap(@Nullable JsonNode heap) {
		double growth = Double.NaN;
		if (heap != null) {
			growth = (heap.get("after").asDouble() - heap.get("before").asDouble()) / 1e6;
			heading("Gateway: heap");
			line("%.1f MB before and %.1f MB after %d requests", heap.get("before").asDouble() / 1e6,
					heap.get("after").asDouble() / 1e6, heap.get("requests").asLong());
		}
		add(Target.atMost("gateway, hello: growth of the heap over a million requests", growth, 2, "MB"));
	}

	private static String ratios(JsonNode routes, String route, String reference, String figure) {
		return spread(sample(routes, route, figure).dividedBy(sample(routes, reference, figure)), "%.3f");
	}

	private static double ratio(JsonNode routes, String route, String reference, String figure) {
		return sample(routes, route, figure).dividedBy(sample(routes, reference, figure)).median();
	}

	private static Sample sample(JsonNode routes, String route, String figure) {
		Sample sample = new Sample();
		routes.get(route).forEach((run) -> sample.add(run.get(figure).asDouble()));
		return sample;
	}

	private @Nullable JsonNode file(String name) throws IOException {
		Path file = this.directory.resolve(name);
		return Files.exists(file) ? this.mapper.readTree(file.toFile()) : null;
	}

	private Map<String, Object> json() throws IOException {
		Map<String, Object> json = new LinkedHashMap<>();
		Map<String, Object> lifecycles = new LinkedHashMap<>();
		for (Scenario scenario : this.host.keySet()) {
			Map<String, Object> sides = new LinkedHashMap<>();
			sides.put("host", figures(this.host.get(scenario)));
			sides.put("peer", figures(this.peer.get(scenario)));
			sides.put("guest", figures(this.floor.get(scenario)));
			lifecycles.put(name(scenario), sides);
		}
		json.put("lifecycles", lifecycles);
		json.put("load", file("load.json"));
		json.put("gateway", file("gateway.json"));
		json.put("targets",
				this.targets.stream()
					.map((target) -> Map.of("name", target.name(), "value", target.value(), "target", target.target(),
							"met", target.isMet()))
					.toList());
		return json;
	}

	private static Map<String, Object> figures(@Nullable Lifecycle lifecycle) {
		return (lifecycle == null) ? Map.of()
				: Map.of("cpuNanos", lifecycle.cpu().median(), "allocatedBytes", lifecycle.allocation().median());
	}

	private static String name(Scenario scenario) {
		return scenario.name().toLowerCase(Locale.ROOT);
	}

	private static String spread(Sample sample) {
		return spread(sample, (sample.median() < 1000) ? "%.1f" : "%.0f");
	}

	private static String spread(Sample sample, String format) {
		return String.format(Locale.ROOT, format + " (" + format + "-" + format + ")", sample.median(),
				sample.lowerQuartile(), sample.upperQuartile());
	}

	private void add(Target target) {
		this.targets.add(target);
	}

	private void heading(String title) {
		line("%n%s%n%s", title, "-".repeat(title.length()));
	}

	private void line(String format, Object... arguments) {
		this.text.append(String.format(Locale.ROOT, format, arguments)).append(System.lineSeparator());
	}

}
