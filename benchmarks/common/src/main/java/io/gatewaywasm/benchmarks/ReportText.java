package io.gatewaywasm.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The text of a report as it is written, and the targets that come up on the way.
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

	/**
	 * Keep a target for the end of the report.
	 * @param target the target
	 */
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
