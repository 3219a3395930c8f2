package io.gatewaywasm.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Collects the text of a report and its targets.
 */
final class ReportText {

	private final StringBuilder text = new StringBuilder();

	private final List<Target> targets = new ArrayList<>();

	void heading(String title) {
		line("%n%s%n%s", title, "-".repeat(title.length()));
	}

	void line(String format, Object... arguments) {
		this.text.append(String.format(Locale.ROOT, format, arguments)).append(System.lineSeparator());
	}

	/** Adds a target, which is written at the end of the report. */
	void add(Target target) {
		this.targets.add(target);
	}

	List<Target> targets() {
		return this.targets;
	}

	@Override
	public String toString() {
		return this.text.toString();
	}

}
