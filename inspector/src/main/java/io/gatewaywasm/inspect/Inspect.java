package io.gatewaywasm.inspect;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.gatewaywasm.host.abi.PrintableText;
import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.engine.EngineOptions;
import io.gatewaywasm.host.engine.ModuleException;
import io.gatewaywasm.host.engine.WasmEngine;
import io.gatewaywasm.host.plugin.ModuleReport;
import io.gatewaywasm.host.plugin.PluginStartException;
import org.jspecify.annotations.Nullable;

/**
 * The command that reports whether a module will run on this gateway, and its needs.
 */
public final class Inspect {

	static final String USAGE = """
			Reports whether a Proxy-Wasm filter will run on Gateway Wasm, and what it needs.

			java -jar gateway-wasm-inspect.jar [options] FILTER.wasm

			  --json                  write JSON
			  --refuse-unimplemented  refuse a filter that imports functions which this gateway does not implement,
			                          as with the property 'unimplemented: refuse'

			The exit code is 0 if the filter will run, otherwise 1. The filter is compiled as in the gateway, but not started.
			""";

	private Inspect() {
	}

	/**
	 * Inspects a module.
	 * @param arguments the file, and options
	 */
	public static void main(String... arguments) {
		// The host logs with SLF4J, which has no provider here.
		System.setProperty("slf4j.internal.verbosity", "ERROR");
		System.exit(run(System.out, System.err, arguments));
	}

	static int run(PrintStream output, PrintStream errors, String... arguments) {
		List<String> files = new ArrayList<>();
		boolean json = false;
		boolean refuse = false;
		for (String argument : arguments) {
			switch (argument) {
				case "--json" -> json = true;
				case "--refuse-unimplemented" -> refuse = true;
				default -> files.add(argument);
			}
		}
		if (files.size() != 1 || files.get(0).startsWith("-")) {
			errors.print(USAGE);
			return 1;
		}
		Inspection inspection = inspect(files.get(0), refuse);
		output.print(json ? JsonReport.of(inspection) : TextReport.of(inspection));
		output.flush();
		return inspection.runs() ? 0 : 1;
	}

	private static Inspection inspect(String file, boolean refuse) {
		try {
			CompiledModule module = WasmEngine.create(EngineOptions.defaults()).compile(read(Path.of(file)));
			ModuleReport report = ModuleReport.of(module);
			return new Inspection(file, module, report, refuse ? refusal(report) : null);
		}
		catch (NoSuchFileException ex) {
			return Inspection.failed(file, "The file does not exist.", "Check the path.");
		}
		catch (IOException ex) {
			return Inspection.failed(file, "The file cannot be read: " + ex, "Check the path.");
		}
		catch (ModuleException ex) {
			return Inspection.failed(file, String.valueOf(ex.getMessage()),
					"Check that the file is a filter that was built for a target such as wasm32-wasip1, and that it is complete.");
		}
		catch (PluginStartException ex) {
			return Inspection.failed(file, String.valueOf(ex.getMessage()), ex.remedy());
		}
		catch (IllegalArgumentException ex) {
			return Inspection.failed(file, "'" + PrintableText.of(file, PrintableText.NAME) + "' is not a valid path.",
					"Check the path.");
		}
	}

	/** Reads one byte more than the limit, so that the engine refuses larger files. */
	private static byte[] read(Path file) throws IOException {
		try (InputStream input = Files.newInputStream(file)) {
			return input.readNBytes(EngineOptions.defaults().maximumModuleSize() + 1);
		}
	}

	private static Inspection.@Nullable Problem refusal(ModuleReport report) {
		List<String> missing = report.functions()
			.stream()
			.filter((function) -> function.support() != ModuleReport.Support.BUILT)
			.map((function) -> PrintableText.of(function.name(), PrintableText.NAME))
			.toList();
		return missing.isEmpty() ? null
				: new Inspection.Problem("The module imports functions that this gateway does not implement: "
						+ String.join(", ", missing) + ".", "Use a build of the filter without them.");
	}

}
