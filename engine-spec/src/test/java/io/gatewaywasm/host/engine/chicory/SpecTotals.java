package io.gatewaywasm.host.engine.chicory;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The totals of all scripts.
 */
final class SpecTotals {

	private final Map<Execution, Integer> passed = new EnumMap<>(Execution.class);

	private final Map<String, Integer> listed = new TreeMap<>();

	private final Map<String, Integer> skipped = new TreeMap<>();

	void passed(Execution execution, int assertions) {
		this.passed.merge(execution, assertions, Integer::sum);
	}

	void listed(String reason) {
		this.listed.merge(reason, 1, Integer::sum);
	}

	void skipped(String reason) {
		this.skipped.merge(reason, 1, Integer::sum);
	}

	int passed(Execution execution) {
		return this.passed.getOrDefault(execution, 0);
	}

	@Override
	public String toString() {
		StringBuilder text = new StringBuilder();
		this.passed.forEach((execution, count) -> text.append("passed\t%s\t%d%n".formatted(execution, count)));
		this.listed.forEach((reason, count) -> text.append("differs\t%s\t%d%n".formatted(reason, count)));
		this.skipped.forEach((reason, count) -> text.append("skipped\t%s\t%d%n".formatted(reason, count)));
		return text.toString();
	}

}
