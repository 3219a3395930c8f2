package io.gatewaywasm.tck.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.gatewaywasm.tck.compare.KnownDifferences;
import io.gatewaywasm.tck.compare.KnownDifferences.Entry;
import io.gatewaywasm.tck.report.Verdict.Outcome;

/**
 * Writes the verdicts on all cases as Markdown.
 */
public final class ConformanceReport {

	private static final int CASES_SHOWN = 3;

	private static final Outcome[] OUTCOMES = Outcome.values();

	private final List<Verdict> verdicts;

	private final KnownDifferences known;

	/**
	 * Creates a report.
	 * @param verdicts the verdicts
	 * @param known the known differences
	 */
	public ConformanceReport(List<Verdict> verdicts, KnownDifferences known) {
		this.verdicts = verdicts;
		this.known = known;
	}

	/** Returns a table with one row per area. */
	public String table() {
		Map<String, int[]> areas = new TreeMap<>();
		int[] total = new int[OUTCOMES.length + 1];
		for (Verdict verdict : this.verdicts) {
			int[] counts = areas.computeIfAbsent(verdict.conformanceCase().area(),
					(area) -> new int[OUTCOMES.length + 1]);
			int column = List.of(OUTCOMES).indexOf(verdict.outcome(this.known)) + 1;
			counts[0]++;
			counts[column]++;
			total[0]++;
			total[column]++;
		}
		StringBuilder table = new StringBuilder("| area | cases");
		for (Outcome outcome : OUTCOMES) {
			table.append(" | ").append(outcome);
		}
		table.append(" |\n|").append("---|".repeat(OUTCOMES.length + 2)).append('\n');
		areas.forEach((area, counts) -> row(table, area, counts));
		row(table, "**all**", total);
		return table.toString();
	}

	private static void row(StringBuilder table, String name, int[] counts) {
		table.append("| ").append(name);
		for (int count : counts) {
			table.append(" | ").append(count);
		}
		table.append(" |\n");
	}

	/**
	 * Returns the conformance page for users.
	 * @param introduction the text before the tables
	 */
	public String page(String introduction) {
		StringBuilder page = new StringBuilder(introduction).append('\n').append(table());
		page.append("\n## Deliberate differences\n\n");
		entries(page, false);
		page.append("\n## Open differences\n\n");
		entries(page, true);
		page.append(
				"\n## Cases\n\nIn cases that are not judged, Envoy's process ends, or Envoy's results differ between runs.\n")
			.append("\n| case | verdict |\n|---|---|\n");
		this.verdicts.forEach((verdict) -> page.append(line(verdict)));
		return page.toString();
	}

	/**
	 * Returns the line about a case.
	 * @param verdict the verdict on the case
	 */
	public String line(Verdict verdict) {
		return "| `" + cell(verdict.conformanceCase().id()) + "` | " + verdict.outcome(this.known) + " |\n";
	}

	private void entries(StringBuilder page, boolean open) {
		page.append("| difference | reason | cases |\n|---|---|---|\n");
		for (Entry entry : this.known.entries()) {
			if (entry.isOpen() == open) {
				page.append("| **")
					.append(cell(entry.title()))
					.append("** | ")
					.append(cell(entry.reason()))
					.append(" | ")
					.append(cases(entry))
					.append(" |\n");
			}
		}
	}

	private String cases(Entry entry) {
		List<String> ids = new ArrayList<>();
		this.verdicts.stream()
			.filter((verdict) -> verdict.explained().stream().anyMatch((symptom) -> symptom.entry().equals(entry)))
			.forEach((verdict) -> ids.add("`" + verdict.conformanceCase().id() + "`"));
		String shown = String.join(", ", ids.subList(0, Math.min(CASES_SHOWN, ids.size())));
		return cell((ids.size() > CASES_SHOWN) ? shown + " and " + (ids.size() - CASES_SHOWN) + " more" : shown);
	}

	/**
	 * Escapes a text for a table cell.
	 * @return the text without line breaks
	 */
	public static String cell(String text) {
		return text.replace("|", "\\|").replace('\n', ' ');
	}

}
