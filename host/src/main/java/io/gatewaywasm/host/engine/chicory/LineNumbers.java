package io.gatewaywasm.host.engine.chicory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.AnnotatedInstruction;
import com.dylibso.chicory.wasm.types.FunctionBody;
import com.dylibso.chicory.wasm.types.OpCode;
import io.gatewaywasm.host.engine.binary.SourceLines;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LineNumberNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * Adds line numbers to compiled functions, which the compiler does not write. The line
 * number of an instruction is its row number in {@link SourceLines}, since a line of a
 * source file would not identify the file. Instructions that can trap or call are matched
 * by their order, which is the same in WebAssembly and in bytecode. A function in which
 * the orders differ gets no line numbers.
 */
final class LineNumbers {

	private static final int LARGEST = 0xffff;

	private static final int NO_ROW = 0;

	private static final int FIRST_ROW = 1;

	private static final String OUT_OF_BOUNDS = "throwOutOfBoundsMemoryAccess";

	/** The method that the compiler calls for an instruction. */
	private static final Map<OpCode, String> METHODS = methods();

	private static final Set<String> NAMES = Set.copyOf(METHODS.values());

	private static final Set<OpCode> DIRECT_CALLS = EnumSet.of(OpCode.CALL, OpCode.RETURN_CALL);

	private static final Set<OpCode> TYPED_CALLS = EnumSet.of(OpCode.CALL_INDIRECT, OpCode.RETURN_CALL_INDIRECT,
			OpCode.CALL_REF, OpCode.RETURN_CALL_REF);

	private static final Set<OpCode> ENDS = EnumSet.of(OpCode.UNREACHABLE, OpCode.BR, OpCode.BR_TABLE, OpCode.RETURN,
			OpCode.RETURN_CALL, OpCode.RETURN_CALL_INDIRECT, OpCode.RETURN_CALL_REF, OpCode.THROW, OpCode.THROW_REF,
			OpCode.ELSE);

	/**
	 * Prefixes of instructions of extensions. They can trap in ways that are not
	 * recognized here.
	 */
	private static final Set<Integer> FOREIGN_PREFIXES = Set.of(0xfb, 0xfe);

	private final WasmModule module;

	private final SourceLines lines;

	private final int codeStart;

	private final int imports;

	/**
	 * Creates line numbers. {@code codeStart} is the position of the code section's
	 * content.
	 */
	LineNumbers(WasmModule module, SourceLines lines, int codeStart) {
		this.module = module;
		this.lines = lines;
		this.codeStart = codeStart;
		this.imports = module.importSection().importCount();
	}

	/** An instruction that can trap or call. */
	private record TrapSite(String method, int address) {

	}

	private static Map<OpCode, String> methods() {
		Map<OpCode, String> methods = new EnumMap<>(OpCode.class);
		for (OpCode code : OpCode.values()) {
			String name = code.name();
			boolean divides = name.matches("I(32|64)_(DIV|REM)_[SU]");
			if (divides || name.matches("I(32|64)_TRUNC_F(32|64)_[SU]")) {
				methods.put(code, name);
			}
			else if (name.matches("[IF](32|64)_(LOAD|STORE)((8|16|32)(_[SU])?)?")) {
				methods.put(code, (name.contains("LOAD") ? "memoryRead" : "memoryWrite") + number(name));
			}
		}
		methods.put(OpCode.UNREACHABLE, "throwTrapException");
		methods.put(OpCode.THROW, "createWasmException");
		methods.put(OpCode.MEMORY_COPY, "memoryCopy");
		methods.put(OpCode.MEMORY_FILL, "memoryFill");
		methods.put(OpCode.MEMORY_INIT, "memoryInit");
		methods.put(OpCode.MEMORY_GROW, "memoryGrow");
		methods.put(OpCode.TABLE_GET, "tableGet");
		methods.put(OpCode.TABLE_SET, "tableSet");
		methods.put(OpCode.TABLE_GROW, "tableGrow");
		methods.put(OpCode.TABLE_FILL, "tableFill");
		methods.put(OpCode.TABLE_COPY, "tableCopy");
		methods.put(OpCode.TABLE_INIT, "tableInit");
		return methods;
	}

	private static String number(String name) {
		String size = name.replaceAll("^.*(LOAD|STORE)|_[SU]$", "");
		return switch (size) {
			case "8" -> "Byte";
			case "16" -> "Short";
			case "32" -> "Int";
			default -> Map.of("I32", "Int", "I64", "Long", "F32", "Float").getOrDefault(name.substring(0, 3), "Double");
		};
	}

	/**
	 * Returns the row of each instruction that can trap or call. The passes keep these
	 * instructions, so the rows remain valid.
	 */
	Map<AbstractInsnNode, Integer> find(MethodNode method) {
		int function = Integer.parseInt(method.name.substring(GeneratedFunctions.PREFIX.length())) - this.imports;
		int[] addresses = (function >= 0) ? this.lines.addresses(function) : new int[0];
		List<TrapSite> sites = (addresses.length > 0) ? sites(this.module.codeSection().getFunctionBody(function))
				: null;
		if (sites == null) {
			return Map.of();
		}
		Map<AbstractInsnNode, Integer> rows = new HashMap<>();
		int next = 0;
		for (AbstractInsnNode instruction : method.instructions) {
			if (instruction instanceof MethodInsnNode call && isPlace(call.name)) {
				if (next == sites.size() || !sites.get(next).method().equals(call.name)) {
					return Map.of();
				}
				rows.put(call, row(addresses, sites.get(next++).address()));
			}
		}
		return (next == sites.size()) ? rows : Map.of();
	}

	private static boolean isPlace(String method) {
		return method.startsWith(GeneratedFunctions.PREFIX) || method.startsWith("call_indirect_")
				|| NAMES.contains(method) || method.equals(OUT_OF_BOUNDS);
	}

	private static int row(int[] addresses, int address) {
		int found = Arrays.binarySearch(addresses, address);
		int row = (found >= 0) ? found + 1 : -found - 1;
		return (row <= LARGEST) ? row : NO_ROW;
	}

	/** Unreachable instructions are left out, because they have no bytecode. */
	private @Nullable List<TrapSite> sites(FunctionBody body) {
		List<TrapSite> sites = new ArrayList<>();
		Set<Integer> targets = new HashSet<>();
		boolean reached = true;
		List<AnnotatedInstruction> instructions = body.instructions();
		for (int i = 0; i < instructions.size(); i++) {
			AnnotatedInstruction instruction = instructions.get(i);
			reached |= targets.contains(i);
			if (!reached) {
				continue;
			}
			if (FOREIGN_PREFIXES.contains(instruction.opcode().opcode() >> 8)) {
				return null;
			}
			String method = method(instruction);
			if (method != null) {
				sites.add(new TrapSite(method, instruction.address() - this.codeStart));
			}
			addTargets(instruction, targets);
			reached = !ENDS.contains(instruction.opcode());
		}
		return sites;
	}

	private static @Nullable String method(AnnotatedInstruction instruction) {
		OpCode code = instruction.opcode();
		if (DIRECT_CALLS.contains(code)) {
			return GeneratedFunctions.PREFIX + instruction.operand(0);
		}
		if (TYPED_CALLS.contains(code)) {
			return "call_indirect_" + instruction.operand(0);
		}
		String method = METHODS.get(code);
		boolean access = method != null && (method.startsWith("memoryRead") || method.startsWith("memoryWrite"));
		boolean outside = access && (instruction.operand(1) < 0 || instruction.operand(1) >= Integer.MAX_VALUE);
		return outside ? OUT_OF_BOUNDS : method;
	}

	private static void addTargets(AnnotatedInstruction instruction, Set<Integer> targets) {
		if (instruction.opcode() != OpCode.BR_IF) {
			targets.add(instruction.labelFalse());
		}
		targets.add(instruction.labelTrue());
		targets.addAll(instruction.labelTable());
		if (instruction.catches() != null) {
			instruction.catches().forEach((handler) -> targets.add(handler.resolvedLabel()));
		}
	}

	/**
	 * Writes the line numbers that {@link #find(MethodNode)} returned, after all passes.
	 */
	static void insert(MethodNode method, Map<AbstractInsnNode, Integer> rows) {
		if (rows.isEmpty()) {
			return;
		}
		int last = NO_ROW;
		AbstractInsnNode[] instructions = method.instructions.toArray();
		AbstractInsnNode first = Code.first(method.instructions);
		if (method.name.startsWith(GeneratedFunctions.PREFIX) && first != null && !rows.containsKey(first)) {
			// A stack overflow or an interrupt can occur here
			insert(method, first, FIRST_ROW);
			last = FIRST_ROW;
		}
		for (AbstractInsnNode instruction : instructions) {
			Integer row = rows.get(instruction);
			if (row != null && row != last) {
				insert(method, instruction, row);
				last = row;
			}
		}
	}

	private static void insert(MethodNode method, AbstractInsnNode instruction, int row) {
		LabelNode label = new LabelNode();
		method.instructions.insertBefore(instruction, label);
		method.instructions.insertBefore(instruction, new LineNumberNode(row, label));
	}

}
