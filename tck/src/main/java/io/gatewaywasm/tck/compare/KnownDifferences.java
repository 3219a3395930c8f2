package io.gatewaywasm.tck.compare;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The list of known differences, each with a reason. An open difference must be removed
 * from the list when it no longer shows.
 */
public final class KnownDifferences {

	private static final String OPEN = "open";

	private static final Set<String> KINDS = Set.of("deliberate", OPEN);

	private final List<Entry> entries = new ArrayList<>();

	/** Reads a list of mappings from a YAML file. */
	public KnownDifferences(Path file) {
		try {
			List<?> values = new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(file));
			for (Object value : values) {
				this.entries.add(new Entry((Map<?, ?>) value));
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public KnownDifferences(List<Entry> entries) {
		this.entries.addAll(entries);
	}

	public List<Entry> entries() {
		return List.copyOf(this.entries);
	}

	/** Returns the symptoms of all entries. */
	public Stream<Symptom> symptoms() {
		return this.entries.stream().flatMap((entry) -> entry.symptoms.stream());
	}

	/** Returns the symptom that explains a difference of a case, or {@code null}. */
	public @Nullable Symptom explain(String id, Difference difference) {
		if (difference.isFatal()) {
			return null;
		}
		return symptoms().filter((symptom) -> symptom.matches(id, difference)).findFirst().orElse(null);
	}

	/**
	 * Returns the symptom that explains a difference of a generated exchange, given as a
	 * case in YAML, or {@code null}.
	 */
	public @Nullable Symptom explainGenerated(String yaml, Difference difference) {
		if (difference.isFatal()) {
			return null;
		}
		return symptoms().filter((symptom) -> symptom.matchesGenerated(yaml, difference)).findFirst().orElse(null);
	}

	/** Returns whether the case does not show the same differences in every run. */
	public boolean varies(String id) {
		return symptoms().anyMatch((symptom) -> symptom.isSometimes() && symptom.covers(id));
	}

	/**
	 * A known difference.
	 */
	public static final class Entry {

		private final String title;

		private final String reason;

		private final boolean open;

		private final List<Symptom> symptoms = new ArrayList<>();

		private Entry(Map<?, ?> values) {
			this.title = text(values, "title");
			this.reason = text(values, "reason");
			String kind = text(values, "kind");
			if (this.title.isEmpty() || this.reason.isEmpty() || !KINDS.contains(kind)) {
				throw new IllegalArgumentException("A difference needs a title, a reason and a kind: " + values);
			}
			this.open = kind.equals(OPEN);
			List<?> shows = (values.get("shows") instanceof List<?> list) ? list : List.of(values);
			shows.forEach((symptom) -> this.symptoms.add(new Symptom(this, (Map<?, ?>) symptom)));
		}

		private static String text(Map<?, ?> values, String key) {
			Object value = values.get(key);
			return (value != null) ? value.toString().strip() : "";
		}

		/** Returns what differs. */
		public String title() {
			return this.title;
		}

		/** Returns why it differs. */
		public String reason() {
			return this.reason;
		}

		/** Returns whether the difference is to be removed. */
		public boolean isOpen() {
			return this.open;
		}

	}

}
