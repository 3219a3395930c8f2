package io.gatewaywasm.host.engine.chicory;

import java.util.ArrayList;
import java.util.List;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.AnnotatedInstruction;
import com.dylibso.chicory.wasm.types.FunctionBody;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.OpCode;
import com.dylibso.chicory.wasm.types.ValType;
import io.gatewaywasm.host.engine.binary.ModuleShape;

/**
 * Estimates the cost of a function's variables and operands, in addition to that of its
 * instructions. At each jump target the compiler stores the types of all of them until
 * the class is written, and again for each exception handler that covers the target. The
 * JVM keeps these types in one block for each method and crashes if the block exceeds 4
 * MB. For each instruction, the JVM's verifier visits all exception handlers that cover
 * it.
 */
final class FrameCosts {

	/** The cost of an edge from a block to an exception handler, in types. */
	private static final int EDGE = 4;

	/**
	 * The number of handler visits by the verifier that cost as much as one stored type.
	 */
	private static final int LOOKS = 256;

	private static final int NO_BLOCK_TYPE = 0x40;

	private final WasmModule module;

	private final long locals;

	private final List<Block> blocks = new ArrayList<>();

	private long height;

	private long handlers;

	private long types;

	private long looks;

	private long moves;

	private FrameCosts(WasmModule module, long locals) {
		this.module = module;
		this.locals = locals;
	}

	/** Returns the costs of a function. */
	static FrameCosts of(WasmModule module, FunctionBody body, int parameters) {
		FrameCosts costs = new FrameCosts(module, (long) parameters + body.localTypes().size());
		for (AnnotatedInstruction instruction : body.instructions()) {
			costs.add(instruction, instruction.opcode());
		}
		return costs;
	}

	/** Returns the number of stored types, including other costs expressed in types. */
	long types() {
		return this.types + this.looks / LOOKS;
	}

	/** Returns the height of the operand stack at the end, for tests. */
	long height() {
		return this.height;
	}

	/**
	 * Returns the minimum size in bytes of the JVM bytecode that moves multiple results
	 * of a call, or of a block that a jump leaves with other operands on the stack.
	 */
	long moves() {
		return this.moves;
	}

	private void add(AnnotatedInstruction instruction, OpCode code) {
		long kept = this.locals + this.height;
		this.types += targets(instruction, code) * (kept + this.handlers * (kept + EDGE));
		this.looks += this.handlers * (this.locals + EDGE);
		switch (code) {
			case BLOCK, LOOP -> begin(instruction, code, 0);
			case IF -> {
				this.height--;
				begin(instruction, code, 0);
			}
			case TRY_TABLE -> begin(instruction, code, instruction.catches().size());
			case BR, BR_IF -> {
				this.height -= (code == OpCode.BR_IF) ? 1 : 0;
				leave(instruction.operand(0));
			}
			case BR_TABLE -> {
				this.height--;
				for (long label : instruction.operands()) {
					leave(label);
				}
			}
			case ELSE -> restart();
			case END -> end();
			case CALL -> call(this.module.typeSection().getType(typeOf((int) instruction.operand(0))));
			case CALL_INDIRECT, CALL_REF -> {
				this.height--;
				call(this.module.typeSection().getType((int) instruction.operand(0)));
			}
			default -> this.height += change(code);
		}
		long lowest = this.blocks.isEmpty() ? 0 : innermost().height();
		this.height = Math.max(this.height, lowest);
	}

	private int typeOf(int function) {
		int imports = this.module.importSection().importCount();
		return (function < imports) ? ModuleShape.typeOfImport(this.module, function)
				: this.module.functionSection().getFunctionType(function - imports);
	}

	private void call(FunctionType type) {
		int results = type.returns().size();
		this.height += results - type.params().size();
		this.moves += (results > 1) ? 4L * results : 0;
	}

	private void leave(long label) {
		// The outermost label is the function itself
		if (label < this.blocks.size()) {
			Block target = this.blocks.get(this.blocks.size() - 1 - (int) label);
			int kept = target.loop() ? target.parameters() : target.results();
			long dropped = this.height - target.height() - kept;
			this.moves += (dropped > 0) ? dropped + 2L * kept : 0;
		}
	}

	private void begin(AnnotatedInstruction instruction, OpCode code, int catches) {
		long type = instruction.operand(0);
		int results = (type == NO_BLOCK_TYPE) ? 0 : 1;
		int parameters = 0;
		if (results > 0 && !ValType.isValid(type)) {
			FunctionType function = this.module.typeSection().getType((int) type);
			results = function.returns().size();
			parameters = function.params().size();
		}
		this.blocks.add(new Block(this.height - parameters, parameters, results, this.handlers, code == OpCode.LOOP));
		this.handlers += catches;
	}

	private void restart() {
		if (!this.blocks.isEmpty()) {
			this.height = innermost().height() + innermost().parameters();
		}
	}

	private void end() {
		if (!this.blocks.isEmpty()) {
			Block block = this.blocks.remove(this.blocks.size() - 1);
			this.height = block.height() + block.results();
			this.handlers = block.handlers();
		}
	}

	private Block innermost() {
		return this.blocks.get(this.blocks.size() - 1);
	}

	/**
	 * Returns the number of jump targets that the compiler generates for an instruction.
	 */
	private static long targets(AnnotatedInstruction instruction, OpCode code) {
		return switch (code) {
			case IF, BR, BR_IF, CALL_REF -> 1;
			case SELECT, SELECT_T, BR_ON_NULL, BR_ON_NON_NULL -> 2;
			case BR_TABLE -> instruction.labelTable().size();
			case TRY_TABLE -> 1 + instruction.catches().size();
			default -> 0;
		};
	}

	/**
	 * Returns the number of operands that an instruction pushes minus the number that it
	 * pops.
	 */
	private static int change(OpCode code) {
		return switch (code) {
			case LOCAL_GET, GLOBAL_GET, I32_CONST, I64_CONST, F32_CONST, F64_CONST, MEMORY_SIZE, TABLE_SIZE, REF_NULL,
					REF_FUNC ->
				1;
			case DROP, LOCAL_SET, GLOBAL_SET, TABLE_GROW, REF_EQ, BR_ON_NON_NULL, THROW_REF -> -1;
			case SELECT, SELECT_T, TABLE_SET -> -2;
			case MEMORY_INIT, MEMORY_COPY, MEMORY_FILL, TABLE_INIT, TABLE_COPY, TABLE_FILL -> -3;
			default -> changeOfRange(code.opcode());
		};
	}

	private static int changeOfRange(int opcode) {
		if (isIn(opcode, OpCode.I32_STORE, OpCode.I64_STORE32)) {
			return -2;
		}
		boolean binary = isIn(opcode, OpCode.I32_EQ, OpCode.I32_GE_U) || isIn(opcode, OpCode.I64_EQ, OpCode.F64_GE)
				|| isIn(opcode, OpCode.I32_ADD, OpCode.I32_ROTR) || isIn(opcode, OpCode.I64_ADD, OpCode.I64_ROTR)
				|| isIn(opcode, OpCode.F32_ADD, OpCode.F32_COPYSIGN)
				|| isIn(opcode, OpCode.F64_ADD, OpCode.F64_COPYSIGN)
				|| isIn(opcode, OpCode.I32_ATOMIC_RMW_ADD, OpCode.I64_ATOMIC_RMW32_XCHG_U);
		if (binary) {
			return -1;
		}
		boolean ternary = isIn(opcode, OpCode.I32_ATOMIC_STORE, OpCode.I64_ATOMIC_STORE32)
				|| isIn(opcode, OpCode.I32_ATOMIC_RMW_CMPXCHG, OpCode.I64_ATOMIC_RMW32_CMPXCHG_U);
		return ternary ? -2 : 0;
	}

	private static boolean isIn(int opcode, OpCode first, OpCode last) {
		return opcode >= first.opcode() && opcode <= last.opcode();
	}

	/** An open block. {@code loop} says whether jumps go to its start. */
	private record Block(long height, int parameters, int results, long handlers, boolean loop) {

	}

}
