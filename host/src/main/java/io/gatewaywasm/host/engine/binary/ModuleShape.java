package io.gatewaywasm.host.engine.binary;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.Export;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.Import;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import com.dylibso.chicory.wasm.types.ValType;
import io.gatewaywasm.host.abi.FunctionImport;
import io.gatewaywasm.host.abi.FunctionSignature;
import io.gatewaywasm.host.engine.ModuleException;

/**
 * The imports and exports of a module, and its requirements.
 *
 * @param imports the imported functions in order
 * @param exports the exported functions by name, in order
 * @param functions the number of functions that the module defines
 * @param memory the declared limits of its memory
 */
public record ModuleShape(List<FunctionImport> imports, Map<String, FunctionSignature> exports, int functions,
		MemoryLimits memory) {

	/** More than the function table of any language needs. */
	static final int MAXIMUM_TABLE_SIZE = 1 << 20;

	/**
	 * Reads the shape of a parsed module. Fails if the module requires something that
	 * this host does not support.
	 */
	public static ModuleShape of(WasmModule module) throws ModuleException {
		try {
			checkTables(module);
			List<FunctionImport> imports = imports(module);
			int functions = module.functionSection().functionCount();
			return new ModuleShape(List.copyOf(imports), exports(module), functions, memory(module));
		}
		catch (IndexOutOfBoundsException | NullPointerException | ChicoryException ex) {
			// Chicory's validation does not check all references between sections
			throw new ModuleException("The module is invalid: it refers to a type or function that does not exist.",
					ex);
		}
	}

	/**
	 * Returns the indices of the functions that the module defines, as opposed to
	 * imports.
	 */
	public Set<Integer> definedFunctions() {
		int first = this.imports.size();
		return IntStream.range(first, first + this.functions).boxed().collect(Collectors.toSet());
	}

	/** Returns Chicory's type of an imported function. */
	public static FunctionType importType(WasmModule module, int index) {
		return module.typeSection().getType(typeOfImport(module, index));
	}

	private static List<FunctionImport> imports(WasmModule module) throws ModuleException {
		List<FunctionImport> imports = new ArrayList<>();
		for (int i = 0; i < module.importSection().importCount(); i++) {
			Import candidate = module.importSection().getImport(i);
			if (!(candidate instanceof com.dylibso.chicory.wasm.types.FunctionImport function)) {
				throw new ModuleException("The module imports the "
						+ candidate.importType().name().toLowerCase(Locale.ROOT) + " '" + candidate.module() + "."
						+ candidate.name()
						+ "', but a Proxy-Wasm host provides only functions: build the module so that it defines its own.");
			}
			imports
				.add(new FunctionImport(function.module(), function.name(), signature(module, function.typeIndex())));
		}
		return imports;
	}

	private static Map<String, FunctionSignature> exports(WasmModule module) throws ModuleException {
		int imported = module.importSection().importCount();
		Map<String, FunctionSignature> exports = new LinkedHashMap<>();
		Set<String> names = new HashSet<>();
		for (int i = 0; i < module.exportSection().exportCount(); i++) {
			Export export = module.exportSection().getExport(i);
			if (!names.add(export.name())) {
				throw new ModuleException("The module is invalid: it exports '" + export.name() + "' twice.");
			}
			if (export.index() >= count(module, export.exportType())) {
				throw new ModuleException("The module is invalid: it exports as '" + export.name() + "' a "
						+ export.exportType().name().toLowerCase(Locale.ROOT) + " that does not exist.");
			}
			if (export.exportType() == ExternalType.FUNCTION) {
				int index = export.index();
				int type = (index < imported) ? typeOfImport(module, index)
						: module.functionSection().getFunctionType(index - imported);
				exports.put(export.name(), signature(module, type));
			}
		}
		return Collections.unmodifiableMap(exports);
	}

	/** Returns the number of imports of a type. Only function imports are supported. */
	private static int count(WasmModule module, ExternalType type) {
		return switch (type) {
			case FUNCTION -> module.importSection().importCount() + module.functionSection().functionCount();
			case TABLE -> module.tableSection().tableCount();
			case MEMORY -> module.memorySection().map((section) -> section.memoryCount()).orElse(0);
			case GLOBAL -> module.globalSection().globalCount();
			case TAG -> module.tagSection().map((section) -> section.tagCount()).orElse(0);
		};
	}

	public static int typeOfImport(WasmModule module, int index) {
		// All imports are functions
		return ((com.dylibso.chicory.wasm.types.FunctionImport) module.importSection().getImport(index)).typeIndex();
	}

	private static FunctionSignature signature(WasmModule module, int typeIndex) {
		FunctionType type = module.typeSection().getType(typeIndex);
		return new FunctionSignature(names(type.params()), names(type.returns()));
	}

	private static List<String> names(List<ValType> types) {
		return types.stream().map((type) -> type.name().toLowerCase(Locale.ROOT)).toList();
	}

	private static MemoryLimits memory(WasmModule module) throws ModuleException {
		int count = module.memorySection().map((section) -> section.memoryCount()).orElse(0);
		if (count > 1) {
			throw new ModuleException("The module has " + count + " memories; only one is supported.");
		}
		if (count == 0) {
			return new MemoryLimits(0, 0);
		}
		MemoryLimits limits = module.memorySection().orElseThrow().getMemory(0).limits();
		if (limits.shared()) {
			throw new ModuleException(
					"The module's memory is shared between threads, which Proxy-Wasm does not support:"
							+ " build it without threads and atomics.");
		}
		return limits;
	}

	private static void checkTables(WasmModule module) throws ModuleException {
		int count = module.tableSection().tableCount();
		long size = elements(module);
		if (size > MAXIMUM_TABLE_SIZE) {
			throw new ModuleException(
					((count == 1) ? "The module has a table of " : "The module has tables with a total of ") + size
							+ " elements; at most " + MAXIMUM_TABLE_SIZE + " are supported.");
		}
	}

	/** Returns the initial number of elements of all tables. */
	public static long elements(WasmModule module) {
		long size = 0;
		for (int i = 0; i < module.tableSection().tableCount(); i++) {
			size += module.tableSection().getTable(i).limits().min();
		}
		return size;
	}

	/**
	 * Returns by how many elements each table may grow so that all tables together stay
	 * within the limit.
	 */
	public static long tableGrowth(WasmModule module) {
		return (MAXIMUM_TABLE_SIZE - elements(module)) / Math.max(1, module.tableSection().tableCount());
	}

}
