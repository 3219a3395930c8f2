package io.gatewaywasm.tck.compare;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * One way in which a known difference shows: patterns of differences, and cases.
 */
public final class Symptom {

	private final KnownDifferences.Entry entry;

	private final boolean sometimes;

	private final List<String> cases;

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
				&& this.where.matcher(difference.where()).matches()
				&& this.expected.matcher(difference.expected()).matches()
				&& this.actual.matcher(difference.actual()).matches();
	}

	/**
	 * Returns whether this symptom can show in a case.
	 * @param id the case
	 */
	public boolean covers(String id) {
		return this.cases.isEmpty() || this.cases.stream().anyMatch((glob) -> globMatches(glob, id));
	}

	/**
	 * Returns whether a case is one of those that a line of the list names.
	 * @param glob an id, or its beginning and a star
	 * @param id the case
	 */
	public static boolean globMatches(String glob, String id) {
		return glob.endsWith("*") ? id.startsWith(glob.substring(0, glob.length() - 1)) : glob.equals(id);
	}

	/**
	 * Returns the known difference that this symptom belongs to.
	 */
	public KnownDifferences.Entry entry() {
		return this.entry;
	}

	/**
	 * Returns the ids of the cases, or their beginnings and a star; empty for all.
	 */
	public List<String> cases() {
		return this.cases;
	}

	/**
	 * Returns whether the symptom does not show in each run.
	 */
	public boolean isSometimes() {
		return this.sometimes;
	}

	@Override
	public String toString() {
		return this.entry.title() + ", where: " + this.where;
	}

}
