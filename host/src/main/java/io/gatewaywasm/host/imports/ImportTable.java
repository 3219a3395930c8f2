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
 * All functions that a guest may import, bound to the host context of one VM. Functions
 * of ABI 0.1.0 to 0.2.1 and of WASI are available to each module, whatever version it
 * declares. Unknown imports are linked too, and return that they are not implemented.
 * Used only by the thread that is inside the VM.
 */
public final class ImportTable {

	private static final List<ImportArea<?>> AREAS = List.of(LoggingImports.AREA, ClockImports.AREA, TimerImports.AREA,
			BufferImports.AREA, HeaderImports.AREA, PropertyImports.AREA, StreamImports.AREA, HttpCallImports.AREA,
			GrpcCallImports.AREA, RedisCallImports.AREA, SharedDataImports.AREA, QueueImports.AREA, MetricImports.AREA,
			ForeignFunctionImports.AREA, UpstreamHostImports.AREA, SecretImports.AREA, VendorImports.AREA,
			EmscriptenImports.AREA, WasiImports.AREA, WasiFileImports.AREA);

	private static final List<ImportedFunction> FUNCTIONS = describe();

	private static final Map<String, ImportedFunction> BY_NAME = byName();

	private record Entry(ImportedFunction description, HostFunction function) {

	}

	private final Guest guest;

	private final HostQueues queues;

	private final Map<String, List<Entry>> entries = new HashMap<>();

	/**
	 * Creates a table.
	 * @param host the host context
	 */
	public ImportTable(HostContext host) {
		this.guest = new Guest(host);
		this.queues = host.queues();
		AREAS.forEach((area) -> area.bind(this.guest,
				(description, function) -> this.entries
					.computeIfAbsent(description.qualifiedName(), (name) -> new ArrayList<>(1))
					.add(new Entry(description, function))));
	}

	/**
	 * Returns the function for an import.
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
	 * Logs what the guest wrote to its output streams without ending the line, and marks
	 * the queue entries that it took as processed. Called when a callback has returned,
	 * and after a trap, whose reason may be in that output.
	 */
	public void callbackEnded() {
		this.guest.output().flush();
		this.queues.callbackEnded();
	}

	/**
	 * Returns which imports of a module can be linked but do nothing.
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
	 * Checks that all imports can be linked, without a guest.
	 * @throws ImportMismatchException if this host has one of the functions with other
	 * types
	 */
	public static void check(List<FunctionImport> imports) {
		for (FunctionImport candidate : imports) {
			List<ImportedFunction> known = FUNCTIONS.stream()
				.filter((function) -> function.qualifiedName().equals(candidate.qualifiedName()))
				.toList();
			if (!known.isEmpty() && known.stream().noneMatch((function) -> function.accepts(candidate))) {
				throw new ImportMismatchException(candidate, known.stream().map(ImportedFunction::signature).toList());
			}
		}
	}

	/**
	 * Returns all functions that this host knows, grouped by area.
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
