package io.gatewaywasm.tck.generate;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import io.gatewaywasm.tck.cases.CaseFiles;
import io.gatewaywasm.tck.cases.ConformanceCase;

/**
 * An exchange made at random, as text, so that one that matters can be pasted into a file
 * of cases.
 *
 * @param name the name
 * @param blocks the blocks of the driver's script, each one callback
 * @param request the request in YAML
 * @param upstream the upstream's answer in YAML
 * @param hold whether a pause in a headers callback holds the headers only
 */
public record GeneratedExchange(String name, List<Block> blocks, String request, String upstream, boolean hold) {

	/**
	 * Some lines of a script that run in one callback.
	 *
	 * @param head the phase and its conditions
	 * @param lines the host calls and the result
	 */
	public record Block(String head, List<String> lines) {

		private Block without(int index) {
			List<String> fewer = new ArrayList<>(this.lines);
			fewer.remove(index);
			return new Block(this.head, fewer);
		}

	}

	/**
	 * Returns the exchange as a case in YAML.
	 */
	public String yaml() {
		String script = this.blocks.stream()
			.map((block) -> "    on " + block.head() + "\n"
					+ block.lines().stream().map((line) -> "      " + line + "\n").collect(Collectors.joining()))
			.collect(Collectors.joining());
		return "- name: " + this.name + "\n" + (this.hold ? "  allow-on-headers-stop-iteration: true\n" : "")
				+ (script.isEmpty() ? "  script: \"\"\n" : "  script: |\n" + script) + "  request: " + this.request
				+ "\n  upstream: " + this.upstream + "\n  callouts: { auth: { body: ok, delay: 15 } }\n  settle: 60\n";
	}

	/**
	 * Returns the exchange as a case.
	 */
	public ConformanceCase toCase() {
		List<ConformanceCase> cases = new ArrayList<>();
		CaseFiles.read("generated", yaml(), cases);
		return cases.get(0);
	}

	/**
	 * Returns exchanges that are smaller by one step.
	 */
	public List<GeneratedExchange> smaller() {
		List<GeneratedExchange> smaller = new ArrayList<>();
		for (int i = 0; i < this.blocks.size(); i++) {
			List<Block> fewer = new ArrayList<>(this.blocks);
			fewer.remove(i);
			smaller.add(with(fewer, this.request, this.upstream, smaller.size()));
			for (int j = 0; j < this.blocks.get(i).lines().size(); j++) {
				List<Block> shorter = new ArrayList<>(this.blocks);
				shorter.set(i, this.blocks.get(i).without(j));
				smaller.add(with(shorter, this.request, this.upstream, smaller.size()));
			}
		}
		if (!this.request.equals("{}")) {
			smaller.add(with(this.blocks, "{}", this.upstream, smaller.size()));
		}
		if (!this.upstream.equals("{ body: hello }")) {
			smaller.add(with(this.blocks, this.request, "{ body: hello }", smaller.size()));
		}
		return smaller;
	}

	private GeneratedExchange with(List<Block> newBlocks, String newRequest, String newUpstream, int number) {
		return new GeneratedExchange(this.name + "." + number, newBlocks, newRequest, newUpstream, this.hold);
	}

}
