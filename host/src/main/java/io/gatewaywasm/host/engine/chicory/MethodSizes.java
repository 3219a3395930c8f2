package io.gatewaywasm.host.engine.chicory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.AnnotatedInstruction;
import com.dylibso.chicory.wasm.types.FunctionBody;
import com.dylibso.chicory.wasm.types.OpCode;

/**
 * Estimates the sizes of the JVM methods that a module's functions become. The sizes must
 * be known beforehand, because the compiler starts over with the whole module for each
 * function that is too large for a method. An estimate is never too high; otherwise
 * functions that can be compiled would run in the interpreter.
 */
final class MethodSizes {

	/** The JVM's limit for the code of a method (JVMS 4.7.3). */
	static final int LIMIT = 65_535;

	/**
	 * The maximum {@link FrameCosts} of the functions in one class. Measured: up to
	 * 141,571 for a class of a Go module.
	 */
	private static final long MAXIMUM_FRAMES = 1 << 20;

	private final int imports;

	private final List<Integer> sizes = new ArrayList<>();

	MethodSizes(WasmModule module) {
		this.imports = module.importSection().importCount();
		long[] frames = new long[module.codeSection().functionBodyCount()];
		for (int i = 0; i < frames.length; i++) {
			int type = module.functionSection().getFunctionType(i);
			int parameters = module.typeSection().getType(type).params().size();
			FunctionBody body = module.codeSection().getFunctionBody(i);
			FrameCosts costs = FrameCosts.of(module, body, parameters);
			this.sizes.add((int) Math.min(Integer.MAX_VALUE, estimate(body) + costs.moves()));
			frames[i] = costs.types();
		}
		for (int first = 0; first < frames.length;) {
			int end = first + GeneratedFunctions.PER_CLASS - (this.imports + first) % GeneratedFunctions.PER_CLASS;
			boundFrames(frames, first, Math.min(end, frames.length));
			first = end;
		}
	}

	/**
	 * Moves the largest functions of a class to the interpreter if their costs exceed the
	 * limit.
	 */
	private void boundFrames(long[] frames, int first, int end) {
		long sum = Arrays.stream(frames, first, end).sum();
		while (sum > MAXIMUM_FRAMES) {
			int largest = first;
			for (int i = first; i < end; i++) {
				largest = (frames[i] > frames[largest]) ? i : largest;
			}
			sum -= frames[largest];
			frames[largest] = 0;
			this.sizes.set(largest, Integer.MAX_VALUE);
		}
	}

	/** Returns the estimated size of a function in bytes of JVM bytecode. */
	int of(int function) {
		return this.sizes.get(function - this.imports);
	}

	/** Returns the indices of the functions whose estimate is at least {@code size}. */
	Set<Integer> from(int size) {
		Set<Integer> functions = new TreeSet<>();
		for (int i = 0; i < this.sizes.size(); i++) {
			if (this.sizes.get(i) >= size) {
				functions.add(this.imports + i);
			}
		}
		return functions;
	}

	private static long estimate(FunctionBody body) {
		long size = 0;
		int unreachableFrom = -1;
		for (AnnotatedInstruction instruction : body.instructions()) {
			OpCode code = instruction.opcode();
			if (unreachableFrom >= 0) {
				// The compiler omits unreachable code
				if (instruction.depth() > unreachableFrom || (code != OpCode.ELSE && code != OpCode.END)) {
					continue;
				}
				unreachableFrom = -1;
			}
			switch (code) {
				case BR, BR_TABLE, RETURN, UNREACHABLE -> unreachableFrom = instruction.depth();
				default -> {
				}
			}
			size += size(instruction, code);
		}
		return size;
	}

	private static int size(AnnotatedInstruction instruction, OpCode code) {
		return switch (code) {
			case NOP, BLOCK, LOOP, END, TRY_TABLE -> 0;
			case I32_CONST -> sizeOfInt((int) instruction.operand(0));
			case I64_CONST -> (instruction.operand(0) == 0 || instruction.operand(0) == 1) ? 1 : 3;
			case LOCAL_GET, LOCAL_SET -> sizeOfLocal(instruction.operand(0));
			case LOCAL_TEE -> 1 + sizeOfLocal(instruction.operand(0));
			case IF, ELSE, BR, BR_IF -> 3;
			case BR_TABLE -> 4 * instruction.labelTable().size();
			case CALL, CALL_INDIRECT -> 5;
			case GLOBAL_GET, GLOBAL_SET -> 5;
			default -> isMemoryAccess(code) ? 5 : 1;
		};
	}

	private static boolean isMemoryAccess(OpCode code) {
		return code.opcode() >= OpCode.I32_LOAD.opcode() && code.opcode() <= OpCode.I64_STORE32.opcode();
	}

	private static int sizeOfInt(int value) {
		if (value >= -1 && value <= 5) {
			return 1;
		}
		return (value == (short) value && value != (byte) value) ? 3 : 2;
	}

	/** Returns the size of the instruction that loads or stores a variable. */
	static int sizeOfLocal(long index) {
		if (index < 4) {
			return 1;
		}
		return (index < 256) ? 2 : 4;
	}

}
