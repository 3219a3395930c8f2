package io.gatewaywasm.tck.generate;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;

/**
 * A filter of a generated exchange. {@code blocks} has the blocks of the driver's script,
 * one callback each. {@code hold} says whether a pause in a headers callback pauses the
 * headers only.
 */
record GeneratedFilter(List<Block> blocks, boolean hold) {

	private static final Set<String> RESUMING = Set.of("call", "reply", "tick");

	/** The lines of a script that run in one callback. */
	record Block(String head, List<String> lines) {

		boolean calls() {
			return this.lines.contains(ScriptGenerator.CALL);
		}

	}

	int lines() {
		return this.blocks.stream().mapToInt((block) -> block.lines().size()).sum();
	}

	/** Returns whether the filter pauses in a callback and nothing resumes it. */
	boolean isStuck() {
		return this.blocks.stream()
			.anyMatch((block) -> block.lines().contains("return pause")
					&& block.lines().stream().noneMatch((line) -> RESUMING.contains(line.split(" ")[0]))
					&& !block.head().endsWith("_body open"));
	}

	/** Returns the filter without the lines whose number the predicate accepts. */
	GeneratedFilter without(IntPredicate removed, boolean newHold) {
		List<Block> fewer = new ArrayList<>();
		int number = 0;
		for (Block block : this.blocks) {
			List<String> lines = new ArrayList<>();
			for (String line : block.lines()) {
				if (!removed.test(number++)) {
					lines.add(line);
				}
			}
			if (!lines.isEmpty()) {
				fewer.add(new Block(block.head(), lines));
			}
		}
		return new GeneratedFilter(fewer, newHold);
	}

	/** Returns the keys of the filter in YAML, each line with this indentation. */
	String yaml(String indentation) {
		String script = this.blocks.stream()
			.map((block) -> indentation + "  on " + block.head() + "\n"
					+ block.lines()
						.stream()
						.map((line) -> indentation + "    " + line + "\n")
						.collect(Collectors.joining()))
			.collect(Collectors.joining());
		return (this.hold ? indentation + "allow-on-headers-stop-iteration: true\n" : "")
				+ (script.isEmpty() ? indentation + "script: \"\"\n" : indentation + "script: |\n" + script);
	}

}
