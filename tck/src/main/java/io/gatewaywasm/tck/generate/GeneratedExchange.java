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
 * consists of parts that can be removed: each line of the script, and every setting of
 * the request, the upstream and the plugin that differs from the default.
 *
 * @param name the name
 * @param blocks the blocks of the driver's script, one callback each
 * @param request the request in YAML
 * @param upstream the upstream's answer in YAML
 * @param hold whether a pause in a headers callback pauses the headers only
 */
public record GeneratedExchange(String name, List<Block> blocks, String request, String upstream, boolean hold) {

	private static final String PLAIN_REQUEST = "{}";

	private static final String PLAIN_UPSTREAM = "{ body: hello }";

	/**
	 * The lines of a script that run in one callback.
	 *
	 * @param head the phase and its conditions
	 * @param lines the host calls and the result
	 */
	public record Block(String head, List<String> lines) {
	}

	/** Returns the exchange as a case in YAML. */
	public String yaml() {
		String script = this.blocks.stream()
			.map((block) -> "    on " + block.head() + "\n"
					+ block.lines().stream().map((line) -> "      " + line + "\n").collect(Collectors.joining()))
			.collect(Collectors.joining());
		return "- name: " + this.name + "\n" + (this.hold ? "  allow-on-headers-stop-iteration: true\n" : "")
				+ (script.isEmpty() ? "  script: \"\"\n" : "  script: |\n" + script) + "  request: " + this.request
				+ "\n  upstream: " + this.upstream + "\n  callouts: { auth: { body: ok, delay: 15 } }\n  settle: 60\n";
	}

	/** Returns the exchange as a case. */
	public ConformanceCase toCase() {
		List<ConformanceCase> cases = new ArrayList<>();
		CaseFiles.read("generated", yaml(), cases);
		return cases.get(0);
	}

	/**
	 * Returns sets of parts, each of which can be removed: whole blocks, single lines,
	 * and the settings of the request, the upstream and the plugin.
	 */
	List<Set<Integer>> removable() {
		List<Set<Integer>> removable = new ArrayList<>();
		int lines = 0;
		for (Block block : this.blocks) {
			if (block.lines().size() > 1) {
				removable.add(IntStream.range(lines, lines + block.lines().size()).boxed().collect(Collectors.toSet()));
			}
			lines += block.lines().size();
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
		if (this.hold) {
			removable.add(Set.of(lines + 2));
		}
		return removable;
	}

	/**
	 * Returns the exchange without some of its parts, which are numbered as in
	 * {@link #removable()}.
	 */
	GeneratedExchange without(String newName, Collection<Integer> parts) {
		List<Block> fewer = new ArrayList<>();
		int part = 0;
		for (Block block : this.blocks) {
			List<String> lines = new ArrayList<>();
			for (String line : block.lines()) {
				if (!parts.contains(part++)) {
					lines.add(line);
				}
			}
			if (!lines.isEmpty()) {
				fewer.add(new Block(block.head(), lines));
			}
		}
		return new GeneratedExchange(newName, fewer, parts.contains(part) ? PLAIN_REQUEST : this.request,
				parts.contains(part + 1) ? PLAIN_UPSTREAM : this.upstream, this.hold && !parts.contains(part + 2));
	}

}
