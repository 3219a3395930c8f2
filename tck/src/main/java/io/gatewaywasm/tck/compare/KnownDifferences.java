package io.gatewaywasm.tck.compare;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The differences that are known, each with a reason. One that is open has to be removed
 * from the list when it no longer shows.
 */
public final class KnownDifferences {

	private final List<Entry> entries = new ArrayList<>();

	/**
	 * Reads a list.
	 * @param file the file, a list of mappings
	 */
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

	/**
	 * Creates a list.
	 * @param entries the entries
	 */
	public KnownDifferences(List<Entry> entries) {
		this.entries.addAll(entries);
	}

	/**
	 * Returns all entries.
	 */
	public List<Entry> entries() {
		return List.copyOf(this.entries);
	}

	/**
	 * Returns the equivalences that the list names.
	 */
	public Equivalences equivalences() {
		Set<String> names = new HashSet<>();
		this.entries.forEach((entry) -> names.add(entry.equivalence));
		return new Equivalences(names);
	}

	/**
	 * Returns the entry that explains a difference, or {@code null} if there is none.
	 * @param id the case
	 * @param difference the difference
	 */
	public @Nullable Entry explain(String id, Difference difference) {
		for (Entry entry : this.entries) {
			if (entry.matches(id, difference)) {
				return entry;
			}
		}
		return null;
	}

	/**
	 * A known difference.
	 */
	public static final class Entry {

		private final String title;

		private final String reason;

		private final boolean open;

		private final boolean sometimes;

		private final String equivalence;

		private final List<String> cases;

		private final Pattern where;

		private final Pattern expected;

		private final Pattern actual;

		private Entry(Map<?, ?> values) {
			this.title = text(values, "title", "");
			this.reason = text(values, "reason", "");
			String kind = text(values, "kind", "");
			if (this.title.isEmpty() || this.reason.isEmpty() || !kind.matches("deliberate|open \\(issue [0-9]+\\)")) {
				throw new IllegalArgumentException("A difference needs a title, a reason and a kind: " + values);
			}
			this.open = kind.startsWith("open");
			this.sometimes = Boolean.parseBoolean(text(values, "sometimes", "false"));
			this.equivalence = text(values, "equivalence", "");
			this.cases = (values.get("cases") instanceof List<?> list) ? list.stream().map(String::valueOf).toList()
					: List.of();
			this.where = pattern(values, "where");
			this.expected = pattern(values, "expected");
			this.actual = pattern(values, "actual");
		}

		private static Pattern pattern(Map<?, ?> values, String key) {
			return Pattern.compile(text(values, key, ".*"), Pattern.DOTALL);
		}

		private static String text(Map<?, ?> values, String key, String defaultValue) {
			Object value = values.get(key);
			return (value != null) ? value.toString().strip() : defaultValue;
		}

		private boolean matches(String id, Difference difference) {
			return this.equivalence.isEmpty() && covers(id) && this.where.matcher(difference.where()).matches()
					&& this.expected.matcher(difference.expected()).matches()
					&& this.actual.matcher(difference.actual()).matches();
		}

		private boolean covers(String id) {
			return this.cases.isEmpty() || this.cases.stream().anyMatch((glob) -> globMatches(glob, id));
		}

		/**
		 * Returns whether a case is one of those that a line of the list names.
		 * @param glob an id, where a star stands for any characters
		 * @param id the case
		 */
		public static boolean globMatches(String glob, String id) {
			return Pattern.matches(("\\Q" + glob + "\\E").replace("*", "\\E.*\\Q"), id);
		}

		/**
		 * Returns the ids of the cases, with a star for any characters; empty for all.
		 */
		public List<String> cases() {
			return this.cases;
		}

		/**
		 * Returns the name of the equivalence that this entry puts in force, or an empty
		 * text.
		 */
		public String equivalence() {
			return this.equivalence;
		}

		/**
		 * Returns what is different.
		 */
		public String title() {
			return this.title;
		}

		/**
		 * Returns why.
		 */
		public String reason() {
			return this.reason;
		}

		/**
		 * Returns whether the difference is to go.
		 */
		public boolean isOpen() {
			return this.open;
		}

		/**
		 * Returns whether the difference does not show in each run.
		 */
		public boolean isSometimes() {
			return this.sometimes;
		}

	}

}
