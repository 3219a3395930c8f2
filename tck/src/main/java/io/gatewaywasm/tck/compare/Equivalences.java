package io.gatewaywasm.tck.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Rules that treat two behaviors as equal, for differences that would otherwise show in
 * nearly every case. A rule applies as long as the list of known differences names it.
 * {@link #used()} returns the rules that were needed.
 */
public final class Equivalences {

	/** Ignores the order of {@code proxy_on_done} and {@code proxy_on_log}. */
	public static final String END_ORDER = "end-order";

	private final Set<String> names;

	private final Set<String> used = new TreeSet<>();

	/** Enables the named equivalences. */
	public Equivalences(Set<String> names) {
		this.names = names;
	}

	List<String> lines(List<String> lines) {
		if (!this.names.contains(END_ORDER)) {
			return lines;
		}
		List<String> changed = new ArrayList<>(lines);
		for (int i = 0; i < changed.size(); i++) {
			if (changed.get(i).startsWith("done #")) {
				int end = endOfCallback(changed, i);
				if (end < changed.size() && changed.get(end).equals(changed.get(i).replace("done ", "log "))) {
					List<String> done = new ArrayList<>(changed.subList(i, end));
					int endOfLog = endOfCallback(changed, end);
					changed.subList(i, end).clear();
					changed.addAll(endOfLog - done.size(), done);
					this.used.add(END_ORDER);
					i = endOfLog - 1;
				}
			}
		}
		return changed;
	}

	private static int endOfCallback(List<String> lines, int start) {
		int end = start + 1;
		while (end < lines.size() && lines.get(end).startsWith("  ")) {
			end++;
		}
		return end;
	}

	/**
	 * Returns the names of the equivalences without which there would have been
	 * differences.
	 */
	public Set<String> used() {
		return this.used;
	}

}
