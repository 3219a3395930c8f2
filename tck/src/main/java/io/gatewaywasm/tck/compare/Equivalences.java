package io.gatewaywasm.tck.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Differences that would show in nearly every case and are listed once for all. A listed
 * name is in force until it is removed from the list; {@link #used()} tells which were
 * needed.
 */
public final class Equivalences {

	/** The order of {@code proxy_on_done} and {@code proxy_on_log}. */
	public static final String END_ORDER = "end-order";

	private final Set<String> names;

	private final Set<String> used = new TreeSet<>();

	/**
	 * Creates equivalences.
	 * @param names the names of those in force
	 */
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
	 * Returns the names of those without which there would have been differences.
	 */
	public Set<String> used() {
		return this.used;
	}

}
