package io.gatewaywasm.tck.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.gatewaywasm.tck.compare.KnownDifferences;
import io.gatewaywasm.tck.compare.KnownDifferences.Entry;

/**
 * Writes what came of all cases as Markdown.
 */
public final class ConformanceReport {

	private static final int CASES_SHOWN = 3;

	private final List<Verdict> verdicts;

	private final KnownDifferences known;

	/**
	 * Creates a report.
	 * @param verdicts what came of the cases
	 * @param known the known differences
	 */
	public ConformanceReport(List<Verdict> verdicts, KnownDifferences known) {
		this.verdicts = verdicts;
		this.known = known;
	}

	/**
	 * Returns the table of areas.
	 */
	public String table() {
		Map<String, int[]> areas = new TreeMap<>();
		int[] total = new int[6];
		for (Verdict verdict : this.verdicts) {
			int[] counts = areas.computeIfAbsent(verdict.conformanceCase().area(), (area) -> new int[6]);
			int column = column(verdict);
			counts[0]++;
			counts[column]++;
			total[0]++;
			total[column]++;
		}
		StringBuilder table = new StringBuilder(
				"| area | cases | equal | deliberate | open | unexplained | not judged |\n")
			.append("|---|---|---|---|---|---|---|\n");
		areas.forEach((area, counts) -> row(table, area, counts));
		row(table, "**all**", total);
		return table.toString();
	}

	private static int column(Verdict verdict) {
		if (!verdict.judged()) {
			return 5;
		}
		if (!verdict.passed()) {
			return 4;
		}
		if (verdict.open()) {
			return 3;
		}
		return verdict.explained().isEmpty() ? 1 : 2;
	}

	private static void row(StringBuilder table, String name, int[] counts) {
		table.append("| ").append(name);
		for (int count : counts) {
			table.append(" | ").append(count);
		}
		table.append(" |\n");
	}

	/**
	 * Returns the page for users.
	 * @param introduction what stands above the tables
	 */
	public String page(String introduction) {
		StringBuilder page = new StringBuilder(introduction).append('\n').append(table());
		page.append("\n## Deliberate differences\n\n");
		entries(page, false);
		page.append("\n## Open differences\n\n");
		entries(page, true);
		page.append("\n## Not judged\n\nEnvoy's process ends in these cases, or Envoy differs from itself.\n\n");
		this.verdicts.stream()
			.filter((verdict) -> !verdict.judged())
			.forEach((verdict) -> page.append("- `").append(verdict.conformanceCase().id()).append("`\n"));
		return page.toString();
	}

	private void entries(StringBuilder page, boolean open) {
		page.append("| difference | reason | cases |\n|---|---|---|\n");
		for (Entry entry : this.known.entries()) {
			if (entry.isOpen() == open) {
				page.append("| ")
					.append(cell(entry.title()))
					.append(" | ")
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
			.filter((verdict) -> verdict.explained().contains(entry))
			.forEach((verdict) -> ids.add("`" + verdict.conformanceCase().id() + "`"));
		String shown = String.join(", ", ids.subList(0, Math.min(CASES_SHOWN, ids.size())));
		return cell((ids.size() > CASES_SHOWN) ? shown + " and " + (ids.size() - CASES_SHOWN) + " more" : shown);
	}

	private static String cell(String text) {
		return text.replace("|", "\\|").replace('\n', ' ');
	}

}
