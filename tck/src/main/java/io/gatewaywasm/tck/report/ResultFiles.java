package io.gatewaywasm.tck.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import io.gatewaywasm.tck.compare.Result;
import io.gatewaywasm.tck.exchange.Observation;

import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The reference's results in files, one per area, so that a proxy can be compared on a
 * machine without the reference.
 */
public final class ResultFiles {

	private static final String QUARANTINED = "quarantined";

	private final Path directory;

	/** Creates an accessor for the files in a directory. */
	public ResultFiles(Path directory) {
		this.directory = directory;
	}

	/**
	 * Writes results and keeps those of other cases. {@code quarantined} are the cases in
	 * which the reference differs from itself.
	 */
	public void write(Map<String, Result> results, List<String> quarantined) throws IOException {
		Files.createDirectories(this.directory);
		Map<String, Map<String, @Nullable Object>> areas = new LinkedHashMap<>();
		for (Path file : files()) {
			load(file).forEach(
					(id, value) -> areas.computeIfAbsent(area(id), (area) -> new LinkedHashMap<>()).put(id, value));
		}
		results.forEach((id, result) -> {
			Map<String, Object> value = new LinkedHashMap<>();
			if (quarantined.contains(id)) {
				value.put(QUARANTINED, true);
			}
			value.put("messages", result.observation().messages());
			value.put("guests", result.observation().guests());
			value.put("calls", result.observation().calls());
			value.put("without-filters", result.baseline().messages());
			areas.computeIfAbsent(area(id), (area) -> new LinkedHashMap<>()).put(id, value);
		});
		for (Map.Entry<String, Map<String, @Nullable Object>> area : areas.entrySet()) {
			Files.writeString(this.directory.resolve(area.getKey() + ".yml"), dump(area.getValue()));
		}
	}

	/** Reads all results except quarantined ones. */
	public Map<String, Result> read() throws IOException {
		Map<String, Result> results = new LinkedHashMap<>();
		for (Path file : files()) {
			Map<String, Map<String, Object>> area = load(file);
			area.forEach((id, value) -> {
				if (!value.containsKey(QUARANTINED)) {
					results.put(id,
							new Result(
									new Observation(ResultFiles.<Map<String, String>>map(value.get("messages")),
											ResultFiles.<List<String>>map(value.get("guests")),
											ResultFiles.<List<String>>map(value.get("calls"))),
									new Observation(ResultFiles.<Map<String, String>>map(value.get("without-filters")),
											Map.of())));
				}
			});
		}
		return results;
	}

	/** Returns the ids of the cases in which the reference differs from itself. */
	public Set<String> quarantined() throws IOException {
		Set<String> ids = new TreeSet<>();
		for (Path file : files()) {
			load(file).forEach((id, value) -> {
				if (((Map<?, ?>) value).containsKey(QUARANTINED)) {
					ids.add(id);
				}
			});
		}
		return ids;
	}

	/** Removes the results of cases that no longer exist. */
	public void retain(java.util.Set<String> ids) throws IOException {
		for (Path file : files()) {
			Map<String, Map<String, Object>> area = load(file);
			if (area.keySet().retainAll(ids)) {
				Files.writeString(file, dump(area));
			}
		}
	}

	private static String area(String id) {
		return id.substring(0, id.indexOf('/'));
	}

	private static Map<String, Map<String, Object>> load(Path file) throws IOException {
		LoaderOptions options = new LoaderOptions();
		options.setCodePointLimit(64 << 20);
		return new Yaml(new SafeConstructor(options)).load(Files.readString(file));
	}

	private static String dump(Map<String, ?> area) {
		DumperOptions options = new DumperOptions();
		options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
		options.setSplitLines(false);
		StringBuilder text = new StringBuilder();
		area.forEach((id, value) -> text.append(new Yaml(options).dump(Map.of(id, value))));
		return text.toString();
	}

	@SuppressWarnings("unchecked")
	private static <T> Map<String, T> map(@Nullable Object value) {
		return (value != null) ? (Map<String, T>) value : Map.of();
	}

	private List<Path> files() throws IOException {
		try (Stream<Path> files = Files.list(this.directory)) {
			return new ArrayList<>(files.filter((file) -> file.toString().endsWith(".yml")).sorted().toList());
		}
	}

}
