package io.gatewaywasm.host.engine.chicory;

import java.util.ArrayList;
import java.util.List;

/**
 * The outcome of one script in one execution.
 */
final class SpecReport {

	private final String script;

	private final Execution execution;

	private final ListedReasons refusals;

	private final ListedReasons differences;

	private final SpecTotals totals;

	private final List<String> unlisted = new ArrayList<>();

	private int line;

	private int passed;

	private String skipped = "";

	SpecReport(String script, Execution execution, ListedReasons refusals, ListedReasons differences,
			SpecTotals totals) {
		this.script = script;
		this.execution = execution;
		this.refusals = refusals;
		this.differences = differences;
		this.totals = totals;
	}

	void at(int line) {
		this.line = line;
	}

	void pass() {
		this.passed++;
	}

	void judge(boolean right, String difference) {
		if (right) {
			pass();
		}
		else {
			differ(difference);
		}
	}

	void differ(String what) {
		String description = this.script + ":" + this.line + " " + this.execution + ": " + what;
		String reason = this.differences.find(description);
		if (reason != null) {
			this.totals.listed(reason);
		}
		else {
			this.unlisted.add(description);
		}
	}

	/**
	 * Records that the engine refuses a valid module, and returns the reason. Assertions
	 * that depend on the module are {@linkplain #skip skipped}.
	 */
	String refuse(String message) {
		String reason = this.refusals.find(this.script + ":" + this.line + " refused: " + message);
		if (reason == null) {
			differ("refused: " + message);
			return "refused without a listed reason";
		}
		return reason;
	}

	/** Records an assertion that cannot be made. */
	void skip(String reason) {
		this.skipped = reason;
		this.totals.skipped(reason);
	}

	void finish() {
		this.totals.passed(this.execution, this.passed);
	}

	/** Returns the number of assertions that held. */
	int passed() {
		return this.passed;
	}

	/** Returns why the last assertion was skipped, or an empty string. */
	String skipped() {
		return this.skipped;
	}

	/** Returns the descriptions of differences without a listed reason. */
	List<String> unlisted() {
		return this.unlisted;
	}

}
