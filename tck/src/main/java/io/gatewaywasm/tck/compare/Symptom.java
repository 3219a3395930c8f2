package io.gatewaywasm.tck.compare;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * One way in which a known difference shows: patterns of the difference, and the cases
 * that show it or a pattern of the generated exchanges that show it.
 */
public final class Symptom {

	private final KnownDifferences.Entry entry;

	private final boolean sometimes;

	private final List<String> cases;

	private final @Nullable Pattern generated;

	private final Pattern where;

	private final Pattern expected;

	private final Pattern actual;

	private final boolean exact;

	Symptom(KnownDifferences.Entry entry, Map<?, ?> values) {
		this.entry = entry;
		if (!values.containsKey("where")) {
			throw new IllegalArgumentException("A difference needs the pattern 'where': " + values);
		}
		this.sometimes = Boolean.parseBoolean(String.valueOf(values.get("sometimes")));
		this.cases = (values.get("cases") instanceof List<?> list) ? list.stream().map(String::valueOf).toList()
				: List.of();
		Object found = values.get("generated");
		this.generated = (found != null) ? Pattern.compile(found.toString()) : null;
		this.where = pattern(values, "where");
		this.expected = pattern(values, "expected");
		this.actual = pattern(values, "actual");
		this.exact = values.containsKey("expected") && values.containsKey("actual");
	}

	private static Pattern pattern(Map<?, ?> values, String key) {
		Object value = values.get(key);
		return Pattern.compile((value != null) ? value.toString().strip() : ".*", Pattern.DOTALL);
	}

	boolean matches(String id, Difference difference) {
		return covers(id) && (!difference.isSerious() || (this.exact && this.cases.contains(id)))
				&& matches(difference);
	}

	boolean matchesGenerated(String yaml, Difference difference) {
		boolean covered = (this.generated != null) ? this.generated.matcher(yaml).find() : this.cases.isEmpty();
		return covered && (!difference.isSerious() || (this.exact && this.generated != null)) && matches(difference);
	}

	private boolean matches(Difference difference) {
		return this.where.matcher(difference.where()).matches()
				&& this.expected.matcher(difference.expected()).matches()
				&& this.actual.matcher(difference.actual()).matches();
	}

	/** Returns whether this symptom can show in the case. */
	public boolean covers(String id) {
		return (this.cases.isEmpty() && !isForGeneratedOnly())
				|| this.cases.stream().anyMatch((glob) -> globMatches(glob, id));
	}

	/**
	 * Returns whether the id matches: {@code glob} is an id, or a prefix followed by a
	 * star.
	 */
	public static boolean globMatches(String glob, String id) {
		return glob.endsWith("*") ? id.startsWith(glob.substring(0, glob.length() - 1)) : glob.equals(id);
	}

	public KnownDifferences.Entry entry() {
		return this.entry;
	}

	/**
	 * Returns the ids of the cases, or prefixes followed by a star. An empty list stands
	 * for all cases.
	 */
	public List<String> cases() {
		return this.cases;
	}

	/** Returns whether the symptom applies to generated exchanges only. */
	public boolean isForGeneratedOnly() {
		return this.generated != null && this.cases.isEmpty();
	}

	/** Returns whether the symptom does not show in every run. */
	public boolean isSometimes() {
		return this.sometimes;
	}

	@Override
	public String toString() {
		return this.entry.title() + ", where: " + this.where;
	}

}
