package io.gatewaywasm.inspect;

import java.util.List;
import java.util.Locale;

import io.gatewaywasm.host.abi.PrintableText;
import io.gatewaywasm.host.engine.CompilationReport;
import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.plugin.ModuleReport.Support;
import io.gatewaywasm.host.plugin.ModuleReport;

/**
 * Writes the result as text.
 */
final class TextReport {

	private static final String RUN_TIME = "The filter's configuration decides which of these it uses, and the names.";

	private final StringBuilder text = new StringBuilder();

	private TextReport() {
	}

	static String of(Inspection inspection) {
		TextReport report = new TextReport();
		report.write(inspection);
		return report.text.toString();
	}

	private void write(Inspection inspection) {
		line("%s: %s", safe(inspection.file()), inspection.runs() ? "will run" : "will NOT run");
		Inspection.Problem problem = inspection.problem();
		if (problem != null) {
			line("  %s", problem.message());
			line("  %s", problem.remedy());
		}
		if (inspection.module() != null && inspection.report() != null) {
			write(inspection.module(), inspection.report());
		}
	}

	private void write(CompiledModule module, ModuleReport report) {
		CompilationReport compilation = module.report();
		line("  ABI        %s%s", report.abiVersion(), report.abiMarked() ? "" : " (derived from imports and exports)");
		line("  size       %,d bytes, sha256 %s", module.size(), module.sha256());
		line("  memory     %,d KiB at the start of each VM", report.memory() >> 10);
		line("  code       %,d functions, %,d of them interpreted", compilation.functions(), compilation.interpreted());
		list("Callbacks that the gateway calls", report.callbacks());
		list("Callbacks that the gateway never calls", report.neverCalled());
		list("Imported functions that are implemented", names(report, Support.BUILT));
		missing(report);
		if (!report.needs().isEmpty()) {
			line("");
			line("Declare or add if the filter uses it:");
			report.needs().forEach((need) -> line("  %s: %s", need.property(), need.reason()));
			line("  %s", RUN_TIME);
		}
		if (!report.warnings().isEmpty()) {
			line("");
			line("Warnings:");
			report.warnings().forEach((warning) -> line("  %s", warning));
		}
	}

	private void missing(ModuleReport report) {
		List<ModuleReport.Function> missing = report.functions()
			.stream()
			.filter((function) -> function.support() != Support.BUILT)
			.toList();
		if (missing.isEmpty()) {
			return;
		}
		line("");
		line("Imported functions that are not implemented:");
		missing.forEach((function) -> line("  %s (%s)%s: %s", safe(function.name()),
				function.support().name().toLowerCase(Locale.ROOT), function.mayFailOpen() ? ", may fail open" : "",
				String.valueOf(function.effect())));
	}

	private static List<String> names(ModuleReport report, Support support) {
		return report.functions()
			.stream()
			.filter((function) -> function.support() == support)
			.map(ModuleReport.Function::name)
			.toList();
	}

	private void list(String title, List<String> names) {
		if (!names.isEmpty()) {
			line("");
			line("%s:", title);
			names.forEach((name) -> line("  %s", safe(name)));
		}
	}

	/** Escapes names, because the module chooses them. */
	private static String safe(String name) {
		return PrintableText.of(name, PrintableText.NAME);
	}

	private void line(String format, Object... arguments) {
		this.text.append(String.format(Locale.ROOT, format, arguments)).append('\n');
	}

}
