package io.gatewaywasm.host.imports;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.gatewaywasm.host.abi.FunctionImport;
import io.gatewaywasm.host.abi.HostFunction;
import io.gatewaywasm.host.abi.Status;

/**
 * Every function that a guest may import, bound to the host of one VM. All functions of
 * ABI 0.1.0 to 0.2.1 and of WASI are there whatever version a module declares; an import
 * that nobody knows is linked too, and answers that it does nothing. Used only by the
 * thread that is inside the VM.
 */
public final class ImportTable {

	private static final List<ImportArea<?>> AREAS = List.of(LoggingImports.AREA, ClockImports.AREA, TimerImports.AREA,
			BufferImports.AREA, HeaderImports.AREA, PropertyImports.AREA, StreamImports.AREA, HttpCallImports.AREA,
			GrpcCallImports.AREA, SharedDataImports.AREA, QueueImports.AREA, MetricImports.AREA,
			ForeignFunctionImports.AREA, VendorImports.AREA, EmscriptenImports.AREA, WasiImports.AREA,
			WasiFileImports.AREA);

	private static final List<ImportedFunction> FUNCTIONS = describe();

	private static final Map<String, ImportedFunction> BY_NAME = byName();

	private record Entry(ImportedFunction description, HostFunction function) {

	}

	private final Guest guest;

	private final Map<String, List<Entry>> entries = new HashMap<>();

	/**
	 * Create a new table.
	 * @param host what the functions ask
	 */
	public ImportTable(HostContext host) {
		this.guest = new Guest(host);
		AREAS.forEach((area) -> area.bind(this.guest,
				(description, function) -> this.entries
					.computeIfAbsent(description.qualifiedName(), (name) -> new ArrayList<>(1))
					.add(new Entry(description, function))));
	}

	/**
	 * Return the function behind an import.
	 * @param functionImport the import
	 * @return the function
	 * @throws ImportMismatchException if this host has the function with other types
	 */
	public HostFunction link(FunctionImport functionImport) {
		List<Entry> candidates = this.entries.get(functionImport.qualifiedName());
		if (candidates == null) {
			boolean wasi = functionImport.module().startsWith("wasi");
			return this.guest.stub(functionImport.qualifiedName(), wasi ? Errno.NOSYS : Status.UNIMPLEMENTED.code());
		}
		for (Entry candidate : candidates) {
			if (candidate.description().accepts(functionImport)) {
				return candidate.function();
			}
		}
		throw new ImportMismatchException(functionImport,
				candidates.stream().map((candidate) -> candidate.description().signature()).toList());
	}

	/**
	 * Write what the guest wrote to its output streams without ending the line. To be
	 * called when a callback has returned, and after a trap, whose reason may stand
	 * there.
	 */
	public void flush() {
		this.guest.output().flush();
	}

	/**
	 * Return which imports of a module can be linked but do nothing.
	 * @param imports the imports of the module
	 * @return the report
	 */
	public static ImportReport report(List<FunctionImport> imports) {
		Set<String> unimplemented = new LinkedHashSet<>();
		Set<String> unknown = new LinkedHashSet<>();
		for (FunctionImport candidate : imports) {
			ImportedFunction function = BY_NAME.get(candidate.qualifiedName());
			if (function == null) {
				unknown.add(candidate.qualifiedName());
			}
			else if (!function.implemented()) {
				unimplemented.add(candidate.qualifiedName());
			}
		}
		return new ImportReport(List.copyOf(unimplemented), List.copyOf(unknown));
	}

	/**
	 * Return all functions that this host knows.
	 * @return the functions, grouped by area
	 */
	public static List<ImportedFunction> functions() {
		return FUNCTIONS;
	}

	private static List<ImportedFunction> describe() {
		List<ImportedFunction> functions = new ArrayList<>();
		AREAS.forEach((area) -> area.describe(functions::add));
		return List.copyOf(functions);
	}

	private static Map<String, ImportedFunction> byName() {
		Map<String, ImportedFunction> functions = new HashMap<>();
		FUNCTIONS.forEach((function) -> functions.putIfAbsent(function.qualifiedName(), function));
		return Map.copyOf(functions);
	}

}
