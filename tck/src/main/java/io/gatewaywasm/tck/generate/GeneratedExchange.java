package io.gatewaywasm.tck.generate;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.gatewaywasm.tck.cases.CaseFiles;
import io.gatewaywasm.tck.cases.ConformanceCase;

/**
 * A generated exchange in text form, so that it can be copied into a case file. It
 * consists of parts that can be removed: each line of the scripts, and every setting of
 * the request, the upstream and the filters that differs from the default.
 *
 * @param name the name
 * @param filters the filters, outermost first
 * @param request the request in YAML, or a list of requests
 * @param upstream the upstream's answer in YAML
 * @param callout the answer of the upstream for callouts in YAML
 */
public record GeneratedExchange(String name, List<GeneratedFilter> filters, String request, String upstream,
		String callout) {

	private static final String PLAIN_CALLOUT = "{ body: ok, delay: 15 }";

	private static final String PLAIN_REQUEST = "{}";

	private static final String PLAIN_UPSTREAM = "{ body: hello }";

	GeneratedExchange(String name, List<GeneratedFilter> filters, String request, String upstream) {
		this(name, filters, request, upstream, PLAIN_CALLOUT);
	}

	/** Returns the exchange as a case in YAML. */
	public String yaml() {
		String scripts = (this.filters.size() == 1) ? this.filters.get(0).yaml("  ")
				: "  filters:\n" + this.filters.stream()
					.map((filter) -> "    - " + filter.yaml("      ").substring("      ".length()))
					.collect(Collectors.joining());
		return "- name: " + this.name + "\n" + scripts + (this.request.startsWith("[") ? "  requests: " : "  request: ")
				+ this.request + "\n  upstream: " + this.upstream + "\n  callouts: { auth: " + this.callout
				+ " }\n  settle: 60\n";
	}

	/** Returns the exchange as a case. */
	public ConformanceCase toCase() {
		List<ConformanceCase> cases = new ArrayList<>();
		CaseFiles.read("generated", yaml(), cases);
		return cases.get(0);
	}

	/**
	 * Returns sets of parts, each of which can be removed: the scripts of whole filters
	 * of a chain, whole blocks, single lines, and the settings of the request, the
	 * upstream and the filters.
	 */
	List<Set<Integer>> removable() {
		List<Set<Integer>> removable = new ArrayList<>();
		int lines = 0;
		for (GeneratedFilter filter : this.filters) {
			if (this.filters.size() > 1) {
				removable.add(parts(lines, filter.lines()));
			}
			for (GeneratedFilter.Block block : filter.blocks()) {
				if (block.lines().size() > 1) {
					removable.add(parts(lines, block.lines().size()));
				}
				lines += block.lines().size();
			}
		}
		for (int i = 0; i < lines; i++) {
			removable.add(Set.of(i));
		}
		if (!this.request.equals(PLAIN_REQUEST)) {
			removable.add(Set.of(lines));
		}
		if (!this.upstream.equals(PLAIN_UPSTREAM)) {
			removable.add(Set.of(lines + 1));
		}
		for (int i = 0; i < this.filters.size(); i++) {
			if (this.filters.get(i).hold()) {
				removable.add(Set.of(lines + 2 + i));
			}
		}
		if (!this.callout.equals(PLAIN_CALLOUT)) {
			removable.add(Set.of(lines + 2 + this.filters.size()));
		}
		return removable;
	}

	private static Set<Integer> parts(int first, int count) {
		return IntStream.range(first, first + count).boxed().collect(Collectors.toSet());
	}

	/**
	 * Returns the exchange without some of its parts, which are numbered as in
	 * {@link #removable()}. A filter of a chain whose whole script is removed is removed
	 * too, unless it is the only one.
	 */
	GeneratedExchange without(String newName, Collection<Integer> parts) {
		int settings = this.filters.stream().mapToInt(GeneratedFilter::lines).sum();
		List<GeneratedFilter> fewer = new ArrayList<>();
		int first = 0;
		for (int i = 0; i < this.filters.size(); i++) {
			GeneratedFilter filter = this.filters.get(i);
			int start = first;
			fewer.add(filter.without((line) -> parts.contains(start + line),
					filter.hold() && !parts.contains(settings + 2 + i)));
			first += filter.lines();
		}
		List<GeneratedFilter> chain = fewer.stream().filter((filter) -> filter.lines() > 0).toList();
		return new GeneratedExchange(newName, chain.isEmpty() ? fewer.subList(0, 1) : chain,
				parts.contains(settings) ? PLAIN_REQUEST : this.request,
				parts.contains(settings + 1) ? PLAIN_UPSTREAM : this.upstream,
				parts.contains(settings + 2 + this.filters.size()) ? PLAIN_CALLOUT : this.callout);
	}

}
