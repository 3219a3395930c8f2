package io.gatewaywasm.boot.plugin;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

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

	private ClosestName() {
	}

	/**
	 * Returns "Did you mean '…'? " with the closest valid name, or an empty string if no
	 * name is close.
	 */
	public static String hint(String name, Collection<String> possible) {
		return of(name, possible).map((closest) -> "Did you mean '" + closest + "'? ").orElse("");
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
