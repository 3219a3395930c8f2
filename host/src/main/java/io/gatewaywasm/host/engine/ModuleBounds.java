package io.gatewaywasm.host.engine;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.AnnotatedInstruction;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.OpCode;
import com.dylibso.chicory.wasm.types.SubType;
import com.dylibso.chicory.wasm.types.TagType;

/**
 * Bounds what an instance holds besides its memory and tables, and how long it takes to
 * make one. What is within these bounds and large is counted by {@link InstanceSize}.
 */
final class ModuleBounds {

	/** As in browsers, like the other numbers that are not explained. */
	static final int MAXIMUM_GLOBALS = 100_000;

	/** The engine compares each import with all others. */
	static final int MAXIMUM_IMPORTS = 1000;

	/** The engine keeps an exception of each. Compilers use two at most. */
	static final int MAXIMUM_TAGS = 1000;

	/** Thousands of exceptions can be in flight. Compilers use two at most. */
	static final int MAXIMUM_TAG_PARAMETERS = 100;

	/** Some 100 milliseconds for each instance. */
	static final int MAXIMUM_CONSTANT_INSTRUCTIONS = 1 << 22;

	private static final int MAXIMUM_TABLES = 1000;

	/**
	 * Bytes of sections whose entries need a hundred times as much when they are parsed.
	 * A million elements have at most five bytes each.
	 */
	private static final Map<Integer, Integer> MAXIMUM_SECTION_SIZES = Map.of(WasmBinary.TYPE, 8 << 20,
			WasmBinary.IMPORT, 8 << 20, WasmBinary.TABLE, 1 << 20, WasmBinary.GLOBAL, 8 << 20, WasmBinary.EXPORT,
			16 << 20, WasmBinary.ELEMENT, 8 << 20, WasmBinary.TAG, 1 << 20);

	private static final int MAXIMUM_TYPES = 100_000;

	private static final int MAXIMUM_PARAMETERS = 1000;

	private static final int MAXIMUM_FUNCTIONS = 1_000_000;

	private static final int MAXIMUM_EXPORTS = 100_000;

	private static final int MAXIMUM_SEGMENTS = 100_000;

	/** Beginnings of the names of the proposal's instructions. */
	private static final Set<String> GARBAGE_COLLECTION = Set.of("STRUCT_", "ARRAY_", "REF_TEST", "CAST_TEST",
			"BR_ON_CAST", "ANY_CONVERT", "EXTERN_CONVERT", "REF_I31", "I31_", "REF_EQ");

	private static final Set<OpCode> TAIL_CALLS = Set.of(OpCode.RETURN_CALL, OpCode.RETURN_CALL_INDIRECT,
			OpCode.RETURN_CALL_REF);

	private ModuleBounds() {
	}

	/**
	 * Checks what can be told without parsing.
	 * @param binary the module
	 * @throws ModuleException if it is beyond a bound
	 */
	static void check(WasmBinary binary) throws ModuleException {
		for (WasmBinary.Section section : binary.sections()) {
			int maximum = MAXIMUM_SECTION_SIZES.getOrDefault(section.id(), Integer.MAX_VALUE);
			checkCount("bytes in its " + WasmBinary.nameOf(section.id()) + " section", section.end() - section.start(),
					maximum);
		}
	}

	/**
	 * Checks a module.
	 * @param module the parsed module
	 * @param used the instructions that it uses, in bodies and constant expressions
	 * @throws ModuleException if it is beyond a bound
	 */
	static void check(WasmModule module, Set<OpCode> used) throws ModuleException {
		checkTypes(module);
		for (OpCode code : used) {
			if (GARBAGE_COLLECTION.stream().anyMatch(code.name()::startsWith)) {
				throw garbageCollection(nameOf(code));
			}
		}
		checkCount("functions", module.functionSection().functionCount(), MAXIMUM_FUNCTIONS);
		checkCount("imports", module.importSection().importCount(), MAXIMUM_IMPORTS);
		checkCount("exports", module.exportSection().exportCount(), MAXIMUM_EXPORTS);
		checkCount("tables", module.tableSection().tableCount(), MAXIMUM_TABLES);
		checkCount("globals", module.globalSection().globalCount(), MAXIMUM_GLOBALS);
		checkCount("data segments", module.dataSection().dataSegmentCount(), MAXIMUM_SEGMENTS);
		checkCount("element segments", module.elementSection().elementCount(), MAXIMUM_SEGMENTS);
		checkCount("instructions in constant expressions", ConstantExpressions.count(module),
				MAXIMUM_CONSTANT_INSTRUCTIONS);
		checkTags(module);
	}

	/** Objects of the garbage collection proposal live outside the bounded memory. */
	private static void checkTypes(WasmModule module) throws ModuleException {
		checkCount("types", module.typeSection().subTypeCount(), MAXIMUM_TYPES);
		for (int i = 0; i < module.typeSection().subTypeCount(); i++) {
			SubType type = module.typeSection().getSubType(i);
			FunctionType function = type.compType().funcType();
			if (function == null) {
				throw garbageCollection("a type that is not a function");
			}
			if (!type.isFinal() || type.typeIdx().length > 0) {
				throw garbageCollection("a type that has subtypes");
			}
			checkCount("parameters of one function", function.params().size(), MAXIMUM_PARAMETERS);
			checkCount("results of one function", function.returns().size(), MAXIMUM_PARAMETERS);
		}
	}

	/**
	 * Checks the functions that run in the interpreter. What they call as a tail would
	 * run there as well, even if it was compiled and has no body any more, and in a frame
	 * of another size.
	 * @param module the parsed module
	 * @param interpreted the indices of the functions
	 * @throws ModuleException if one of them has tail calls
	 */
	static void checkInterpreted(WasmModule module, Set<Integer> interpreted) throws ModuleException {
		int imported = module.importSection().importCount();
		for (int function : interpreted) {
			for (AnnotatedInstruction instruction : module.codeSection()
				.getFunctionBody(function - imported)
				.instructions()) {
				if (TAIL_CALLS.contains(instruction.opcode())) {
					throw new ModuleException(
							"A function of the module is too large to be compiled and has tail calls ("
									+ instruction.opcode().name().toLowerCase(Locale.ROOT)
									+ "), which the interpreter does not support: build it without.");
				}
			}
		}
	}

	private static void checkTags(WasmModule module) throws ModuleException {
		if (module.tagSection().isEmpty()) {
			return;
		}
		TagType[] tags = module.tagSection().get().types();
		checkCount("exception tags", tags.length, MAXIMUM_TAGS);
		for (TagType tag : tags) {
			checkCount("parameters of one exception", module.typeSection().getType(tag.typeIdx()).params().size(),
					MAXIMUM_TAG_PARAMETERS);
		}
	}

	private static void checkCount(String what, long count, long maximum) throws ModuleException {
		if (count > maximum) {
			throw new ModuleException(
					"The module has " + count + " " + what + "; at most " + maximum + " are supported.");
		}
	}

	private static ModuleException garbageCollection(String what) {
		return new ModuleException("The module uses WebAssembly's garbage collection proposal (" + what
				+ "), whose objects no limit would bound: build it without.");
	}

	/** Returns the name as the specification writes it, for example table.set. */
	static String nameOf(OpCode code) {
		return code.name().toLowerCase(Locale.ROOT).replaceFirst("_", ".");
	}

}
