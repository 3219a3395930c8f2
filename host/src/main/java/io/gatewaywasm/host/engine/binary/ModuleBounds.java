package io.gatewaywasm.host.engine.binary;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.AnnotatedInstruction;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.OpCode;
import com.dylibso.chicory.wasm.types.SubType;
import com.dylibso.chicory.wasm.types.TagType;
import com.dylibso.chicory.wasm.types.ValType;
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

	/** The encoding of a block without parameters and results. */
	private static final int NO_BLOCK_TYPE = 0x40;

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

	private static final int MAXIMUM_SEGMENTS = 100_000;

	/**
	 * Limit in bytes for the offsets of all data segments, each of which takes a few
	 * bytes.
	 */
	private static final int MAXIMUM_OFFSETS = 1 << 20;

	/** The kind of a data segment without an offset. */
	private static final int PASSIVE = 1;

	/** The kind of a data segment with a memory index. */
	private static final int EXPLICIT_MEMORY = 2;

	/** Name prefixes of the instructions of the garbage collection proposal. */
	private static final Set<String> GARBAGE_COLLECTION = Set.of("STRUCT_", "ARRAY_", "REF_TEST", "CAST_TEST",
			"BR_ON_CAST", "ANY_CONVERT", "EXTERN_CONVERT", "REF_I31", "I31_", "REF_EQ");

	private static final Set<OpCode> TAIL_CALLS = Set.of(OpCode.RETURN_CALL, OpCode.RETURN_CALL_INDIRECT,
			OpCode.RETURN_CALL_REF);

	private ModuleBounds() {
	}

	/**
	 * Checks the limits that do not require parsing, and returns the number of local
	 * variables in all functions.
	 */
	public static long check(WasmBinary binary) throws ModuleException {
		for (WasmBinary.Section section : binary.sections()) {
			int maximum = MAXIMUM_SECTION_SIZES.getOrDefault(section.id(), Integer.MAX_VALUE);
			checkCount("bytes in its " + WasmBinary.nameOf(section.id()) + " section", section.end() - section.start(),
					maximum);
			if (section.id() == WasmBinary.DATA) {
				checkData(new ByteCursor(binary.bytes(), section.start(), section.end()));
			}
		}
		return CodeBounds.check(binary, DeclaredTypes.of(binary));
	}

	/**
	 * Limits the number of segments and the size of their offsets. The content of
	 * segments needs no limit, because parsing it takes no more heap than its size.
	 */
	private static void checkData(ByteCursor cursor) throws ModuleException {
		try {
			long segments = cursor.readUnsigned();
			checkCount("data segments", segments, MAXIMUM_SEGMENTS);
			long offsets = 0;
			for (long i = 0; i < segments; i++) {
				long kind = cursor.readUnsigned();
				if (kind == EXPLICIT_MEMORY) {
					cursor.readUnsigned();
				}
				if (kind != PASSIVE) {
					int start = cursor.position();
					skipConstant(cursor);
					offsets += cursor.position() - start;
				}
				checkCount("bytes in the offsets of its data", offsets, MAXIMUM_OFFSETS);
				cursor.skip(cursor.readUnsigned());
			}
		}
		catch (IndexOutOfBoundsException ex) {
			throw new ModuleException("The module is malformed: its data section ends within a segment.", ex);
		}
	}

	private static void skipConstant(ByteCursor cursor) throws ModuleException {
		while (true) {
			int code = cursor.readByte();
			switch (code) {
				case 0x0b -> {
					return;
				}
				case 0x41, 0x42, 0x23, 0xd0, 0xd2 -> cursor.skipNumber();
				case 0x43 -> cursor.skip(Float.BYTES);
				case 0x44 -> cursor.skip(Double.BYTES);
				case 0x6a, 0x6b, 0x6c, 0x7c, 0x7d, 0x7e -> {
				}
				default -> throw new ModuleException("The module is invalid: the offset of a data segment has the"
						+ " instruction 0x%02x, which is not constant or not supported.".formatted(code));
			}
		}
	}

	/** Checks a parsed module and the instructions that it uses. */
	public static void check(WasmModule module, Set<OpCode> used) throws ModuleException {
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

	/**
	 * Rejects types of the garbage collection proposal, whose objects are outside the
	 * limited memory.
	 */
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
	 * Checks the functions that run in the interpreter. They may have neither tail calls
	 * nor blocks with parameters. The target of a tail call would also run in the
	 * interpreter, in a frame of the wrong size and even if it was compiled and its body
	 * was removed.
	 */
	public static void checkInterpreted(WasmModule module, Set<Integer> interpreted) throws ModuleException {
		int imported = module.importSection().importCount();
		for (int function : interpreted) {
			for (AnnotatedInstruction instruction : module.codeSection()
				.getFunctionBody(function - imported)
				.instructions()) {
				if (TAIL_CALLS.contains(instruction.opcode())) {
					throw tooLarge("tail calls", instruction);
				}
				if (hasParameters(module, instruction)) {
					throw tooLarge("blocks with parameters", instruction);
				}
			}
		}
	}

	/**
	 * Returns whether an instruction begins a block with parameters. When a jump leaves
	 * such a block or restarts such a loop, Chicory's interpreter confuses the parameters
	 * with the values below them.
	 */
	private static boolean hasParameters(WasmModule module, AnnotatedInstruction instruction) {
		return switch (instruction.opcode()) {
			case BLOCK, LOOP, IF, TRY_TABLE -> {
				int type = (int) instruction.operand(0);
				yield type != NO_BLOCK_TYPE && !ValType.isValid(type)
						&& !module.typeSection().getType(type).params().isEmpty();
			}
			default -> false;
		};
	}

	private static ModuleException tooLarge(String what, AnnotatedInstruction instruction) {
		return new ModuleException("A function of the module is too large to be compiled and has " + what + " ("
				+ instruction.opcode().name().toLowerCase(Locale.ROOT)
				+ "), which the interpreter does not support: build it without.");
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

	static ModuleException garbageCollection(String what) {
		return new ModuleException("The module uses WebAssembly's garbage collection proposal (" + what
				+ "), whose objects no limit would bound: build it without.");
	}

	/** Returns the name as the specification writes it, for example table.set. */
	public static String nameOf(OpCode code) {
		return code.name().toLowerCase(Locale.ROOT).replaceFirst("_", ".");
	}

}
