package io.gatewaywasm.boot.plugin;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import org.springframework.util.StringUtils;

/**
 * Suggests the valid name that is closest to a misspelled one.
 */
public final class ClosestName {

	/**
	 * A name is suggested if it differs by at most one typing error per four characters.
	 */
	private static final int CHARACTERS_PER_ERROR = 4;

	/**
	 * Longer names are not compared, because the time grows with the product of the
	 * lengths.
	 */
	private static final int LONGEST = 100;

	private static final int SHORTEST_ABBREVIATION = 4;

	/** Names of other gateways in uniform spelling, and those that mean the same. */
	private static final Map<String, String> ELSEWHERE = Map.ofEntries(Map.entry("name", "plugin"),
			Map.entry("filter", "plugin"), Map.entry("filters", "plugins"), Map.entry("pluginname", "root-id"),
			Map.entry("pluginconfig", "configuration"), Map.entry("defaultconfig", "configuration"),
			Map.entry("config", "configuration"), Map.entry("conf", "configuration"),
			Map.entry("configdata", "configuration"), Map.entry("configfile", "configuration-location"),
			Map.entry("vmconfig", "vm-configuration"), Map.entry("env", "environment"),
			Map.entry("envs", "environment"), Map.entry("environmentvariables", "environment"),
			Map.entry("failopen", "fail-strategy"), Map.entry("failurepolicy", "fail-strategy"),
			Map.entry("pullpolicy", "image-pull-policy"), Map.entry("file", "url"), Map.entry("filename", "url"),
			Map.entry("path", "url"), Map.entry("location", "url"), Map.entry("module", "url"),
			Map.entry("image", "url"), Map.entry("uri", "url"), Map.entry("url", "uri"), Map.entry("address", "uri"),
			Map.entry("cluster", "aliases"), Map.entry("digest", "sha256"), Map.entry("checksum", "sha256"),
			Map.entry("instances", "vms"));

	private ClosestName() {
	}

	/**
	 * Returns "Did you mean '…'? " with the closest valid name, or an empty string if no
	 * name is close. A name is also close if the written one abbreviates it, or means the
	 * same in the configuration of another gateway.
	 */
	public static String hint(String name, Collection<String> possible) {
		String written = name.strip().toLowerCase(Locale.ROOT);
		return elsewhere(written, possible).or(() -> of(written, possible))
			.or(() -> abbreviated(written, possible))
			.map((closest) -> "Did you mean '" + closest + "'? ")
			.orElse("");
	}

	/**
	 * Returns the closest valid name, or nothing if no name is close.
	 */
	public static Optional<String> of(String name, Collection<String> possible) {
		String written = name.strip().toLowerCase(Locale.ROOT);
		if (written.length() > LONGEST) {
			return Optional.empty();
		}
		return possible.stream()
			.filter((candidate) -> distance(written, candidate) <= Math.max(1,
					candidate.length() / CHARACTERS_PER_ERROR))
			.min(Comparator.comparingInt((candidate) -> distance(written, candidate)));
	}

	private static Optional<String> elsewhere(String written, Collection<String> possible) {
		String uniform = StringUtils.deleteAny(written, "-_");
		return Optional.ofNullable(ELSEWHERE.get(uniform)).filter(possible::contains);
	}

	private static Optional<String> abbreviated(String written, Collection<String> possible) {
		return possible.stream()
			.filter((candidate) -> written.length() >= SHORTEST_ABBREVIATION && candidate.startsWith(written))
			.min(Comparator.comparingInt(String::length));
	}

	/**
	 * The number of insertions, deletions, replacements and swaps of adjacent characters.
	 */
	private static int distance(String from, String to) {
		int[][] rows = new int[from.length() + 1][to.length() + 1];
		for (int i = 0; i <= from.length(); i++) {
			for (int j = 0; j <= to.length(); j++) {
				if (i == 0 || j == 0) {
					rows[i][j] = i + j;
					continue;
				}
				boolean same = from.charAt(i - 1) == to.charAt(j - 1);
				int best = Math.min(rows[i - 1][j - 1] + (same ? 0 : 1), Math.min(rows[i - 1][j], rows[i][j - 1]) + 1);
				boolean swapped = i > 1 && j > 1 && from.charAt(i - 1) == to.charAt(j - 2)
						&& from.charAt(i - 2) == to.charAt(j - 1);
				rows[i][j] = swapped ? Math.min(best, rows[i - 2][j - 2] + 1) : best;
			}
		}
		return rows[from.length()][to.length()];
	}

}
