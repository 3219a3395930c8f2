package io.gatewaywasm.host.engine.chicory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A file of expected deviations. Each line has a regular expression and a reason,
 * separated by a tab.
 */
final class ListedReasons {

	private final List<Entry> entries;

	private final Set<Entry> used = new LinkedHashSet<>();

	private ListedReasons(List<Entry> entries) {
		this.entries = entries;
	}

	private record Entry(Pattern pattern, String reason) {

	}

	static ListedReasons read(Path file) throws IOException {
		List<Entry> entries = new ArrayList<>();
		for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
			if (!line.isBlank() && !line.startsWith("#")) {
				String[] parts = line.split("\t+", 2);
				entries.add(new Entry(Pattern.compile(parts[0]), parts[1]));
			}
		}
		return new ListedReasons(entries);
	}

	/** Returns the reason listed for a deviation, or {@code null}. */
	String find(String what) {
		for (Entry entry : this.entries) {
			if (entry.pattern().matcher(what).find()) {
				this.used.add(entry);
				return entry.reason();
			}
		}
		return null;
	}

	/**
	 * Returns the regular expressions that matched nothing, except those for random and
	 * hot code.
	 */
	List<String> unused() {
		return this.entries.stream()
			.filter((entry) -> !this.used.contains(entry))
			.map((entry) -> entry.pattern().pattern())
			.filter((pattern) -> !pattern.startsWith("^random") && !pattern.contains("HOT"))
			.toList();
	}

}
