package io.gatewaywasm.host.engine.binary;

import java.util.Map;
import java.util.Set;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.OpCode;
import com.dylibso.chicory.wasm.types.SubType;
import com.dylibso.chicory.wasm.types.TagType;
import io.gatewaywasm.host.engine.ModuleException;

/**
 * Limits what an instance holds in addition to its memory and tables, and how long its
 * creation takes. Sizes that are within these limits but large are counted by
 * {@code InstanceSize}.
 */
public final class ModuleBounds {

	/** The limit that browsers use, like all limits here without an explanation. */
	public static final int MAXIMUM_GLOBALS = 100_000;

	/** Chicory compares each import with all others. */
	static final int MAXIMUM_IMPORTS = 1000;

	/** Chicory keeps an exception for each tag. Compilers use two tags at most. */
	static final int MAXIMUM_TAGS = 1000;

	/** Thousands of exceptions can be in flight. Compilers use two parameters at most. */
	static final int MAXIMUM_TAG_PARAMETERS = 100;

	/** Takes about 100 milliseconds for each instance. */
	static final int MAXIMUM_CONSTANT_INSTRUCTIONS = 1 << 22;

	private static final int MAXIMUM_TABLES = 1000;

	/**
	 * Limits in bytes for sections whose entries need a hundred times their size when
	 * parsed. Each of a million elements has at most five bytes.
	 */
	private static final Map<Integer, Integer> MAXIMUM_SECTION_SIZES = Map.of(WasmBinary.TYPE, 8 << 20,
			WasmBinary.IMPORT, 8 << 20, WasmBinary.TABLE, 1 << 20, WasmBinary.GLOBAL, 8 << 20, WasmBinary.EXPORT,
			16 << 20, WasmBinary.ELEMENT, 8 << 20, WasmBinary.TAG, 1 << 20);

	private static final int MAXIMUM_TYPES = 100_000;

	private static final int MAXIMUM_PARAMETERS = 1000;

	private static final int MAXIMUM_FUNCTIONS = 1_000_000;

	private static final int MAXIMUM_EXPORTS = 100_000;

	private ModuleBounds() {
	}

	/**
	 * Checks the limits that do not require parsing, and returns the number of local
	 * variables in all functions.
	 */
	public static long check(WasmBinary binary) throws ModuleException {
		for (WasmBinary.Section section : binary.sections()) {
			int maximum = MAXIMUM_SECTION_SIZES.getOrDefault(section.id(), Integer.MAX_VALUE);
			CountLimit.check("bytes in its " + WasmBinary.nameOf(section.id()) + " section",
					section.end() - section.start(), maximum);
			if (section.id() == WasmBinary.DATA) {
				DataBounds.check(new ByteCursor(binary.bytes(), section.start(), section.end()));
			}
		}
		return CodeBounds.check(binary, DeclaredTypes.of(binary));
	}

	/** Checks a parsed module and the instructions that it uses. */
	public static void check(WasmModule module, Set<OpCode> used) throws ModuleException {
		checkTypes(module);
		for (OpCode code : used) {
			if (GcProposalCheck.has(code)) {
				throw GcProposalCheck.refused(code);
			}
		}
		CountLimit.check("functions", module.functionSection().functionCount(), MAXIMUM_FUNCTIONS);
		CountLimit.check("imports", module.importSection().importCount(), MAXIMUM_IMPORTS);
		CountLimit.check("exports", module.exportSection().exportCount(), MAXIMUM_EXPORTS);
		CountLimit.check("tables", module.tableSection().tableCount(), MAXIMUM_TABLES);
		CountLimit.check("globals", module.globalSection().globalCount(), MAXIMUM_GLOBALS);
		CountLimit.check("data segments", module.dataSection().dataSegmentCount(), DataBounds.MAXIMUM_SEGMENTS);
		CountLimit.check("element segments", module.elementSection().elementCount(), DataBounds.MAXIMUM_SEGMENTS);
		CountLimit.check("instructions in constant expressions", ConstantExpressions.count(module),
				MAXIMUM_CONSTANT_INSTRUCTIONS);
		checkTags(module);
	}

	/** Checks the types, and refuses those of the garbage collection proposal. */
	private static void checkTypes(WasmModule module) throws ModuleException {
		CountLimit.check("types", module.typeSection().subTypeCount(), MAXIMUM_TYPES);
		for (int i = 0; i < module.typeSection().subTypeCount(); i++) {
			SubType type = module.typeSection().getSubType(i);
			FunctionType function = type.compType().funcType();
			if (function == null) {
				throw GcProposalCheck.refused("a type that is not a function");
			}
			if (!type.isFinal() || type.typeIdx().length > 0) {
				throw GcProposalCheck.refused("a type that has subtypes");
			}
			CountLimit.check("parameters of one function", function.params().size(), MAXIMUM_PARAMETERS);
			CountLimit.check("results of one function", function.returns().size(), MAXIMUM_PARAMETERS);
		}
	}

	private static void checkTags(WasmModule module) throws ModuleException {
		if (module.tagSection().isEmpty()) {
			return;
		}
		TagType[] tags = module.tagSection().get().types();
		CountLimit.check("exception tags", tags.length, MAXIMUM_TAGS);
		for (TagType tag : tags) {
			CountLimit.check("parameters of one exception", module.typeSection().getType(tag.typeIdx()).params().size(),
					MAXIMUM_TAG_PARAMETERS);
		}
	}

}
