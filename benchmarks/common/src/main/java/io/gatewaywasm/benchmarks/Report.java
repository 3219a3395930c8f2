package io.gatewaywasm.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;

/**
 * Summarizes the results of one run and compares them with the targets.
 */
public final class Report {

	private static final String BEGIN = "<!-- report: begin -->";

	private static final String END = "<!-- report: end -->";

	private final ObjectMapper mapper = new ObjectMapper();

	private final Path directory;

	private final ReportText text = new ReportText();

	private Report(Path directory) {
		this.directory = directory;
	}

	/**
	 * Writes {@code report.txt} and {@code report.json}. Arguments: the directory with
	 * the results; optionally a document whose marked part is replaced by the report.
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
		this.text.line("%s, %d cores, %s, Java %s", LocalDate.now(), Runtime.getRuntime().availableProcessors(),
				System.getProperty("os.name"), System.getProperty("java.version"));
		Lifecycles lifecycles = Lifecycles.read(this.directory, this.mapper);
		lifecycles.report(this.text);
		JsonNode load = file("load.json");
		if (load != null) {
			loading(load);
		}
		JsonNode gateway = file("gateway.json");
		if (gateway != null) {
			new GatewayFigures(gateway).report(this.text);
		}
		new StartAndWafFigures(file("cold.json"), file("start.json"), file("waf.json")).report(this.text);
		this.text.heading("Targets");
		this.text.targets().forEach((target) -> this.text.line("%s", target.line()));
		Files.writeString(this.directory.resolve("report.txt"), this.text.toString());
		Map<String, Object> json = new LinkedHashMap<>();
		json.put("lifecycles", lifecycles.json());
		json.put("load", load);
		json.put("gateway", gateway);
		json.put("targets", this.text.targets().stream().map(Report::json).toList());
		this.mapper.writerWithDefaultPrettyPrinter().writeValue(this.directory.resolve("report.json").toFile(), json);
		System.out.print(this.text);
	}

	private @Nullable JsonNode file(String name) throws IOException {
		Path file = this.directory.resolve(name);
		return Files.exists(file) ? this.mapper.readTree(file.toFile()) : null;
	}

	private void loading(JsonNode figures) {
		this.text.heading("Loading a module");
		this.text.line("%-14s %10s %10s %14s", "", "cold, ms", "warm, ms", "retained, MB");
		for (Map.Entry<String, JsonNode> figure : figures.properties()) {
			Sample warm = new Sample();
			figure.getValue().get("warmMillis").forEach((value) -> warm.add(value.asDouble()));
			double retained = figure.getValue().get("retainedBytes").asDouble() / 1e6;
			this.text.line("%-14s %10.0f %10.1f %14.1f", figure.getKey(),
					figure.getValue().get("coldMillis").asDouble(), warm.median(), retained);
			boolean go = figure.getKey().equals("headers_go");
			this.text
				.add(Target.atMost(figure.getKey() + ": load from a warm cache", warm.median(), go ? 120 : 20, "ms"));
			if (go) {
				this.text.add(Target.atMost(figure.getKey() + ": retained by the module", retained, 12, "MB"));
			}
		}
	}

	private static Map<String, Object> json(Target target) {
		return Map.of("name", target.name(), "value", target.value(), "target", target.target(), "met", target.isMet());
	}

}
