package io.gatewaywasm.host.engine;

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
 * Estimates of how large the JVM methods of a module's functions become. The compiler
 * starts again with the whole module at each function that is too large for a method, so
 * that those are to be known beforehand. An estimate is never too high, or functions that
 * can be compiled would run in the interpreter.
 */
final class MethodSizes {

	/** The JVM's limit for the code of a method (JVMS 4.7.3). */
	static final int LIMIT = 65_535;

	/**
	 * Local variables times jumps of the functions in one class: at each target of a jump
	 * the compiler keeps the types of all local variables until it has written the class.
	 * Measured: up to 141,571 in a class of a Go module.
	 */
	private static final long MAXIMUM_FRAMES = 1 << 20;

	/** Three numbers for each local variable. */
	private static final int FRAME_BYTES = 12;

	private final int imports;

	private final List<Integer> sizes = new ArrayList<>();

	private long largestFrames;

	MethodSizes(WasmModule module) {
		this.imports = module.importSection().importCount();
		long[] frames = new long[module.codeSection().functionBodyCount()];
		for (int i = 0; i < frames.length; i++) {
			int type = module.functionSection().getFunctionType(i);
			int parameters = module.typeSection().getType(type).params().size();
			frames[i] = estimate(module.codeSection().getFunctionBody(i), parameters);
		}
		for (int first = 0; first < frames.length;) {
			int end = first + ModuleCompiler.FUNCTIONS_PER_CLASS
					- (this.imports + first) % ModuleCompiler.FUNCTIONS_PER_CLASS;
			boundFrames(frames, first, Math.min(end, frames.length));
			first = end;
		}
	}

	/** Leaves the largest functions of a class to the interpreter. */
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
		this.largestFrames = Math.max(this.largestFrames, sum);
	}

	/**
	 * Returns the heap that the compiler needs for the types of local variables.
	 * @return the size in bytes for the class that needs most
	 */
	long frameBytes() {
		return this.largestFrames * FRAME_BYTES;
	}

	/**
	 * Returns the estimate for a function.
	 * @param function the index of a function that the module defines
	 * @return the size in bytes of JVM bytecode
	 */
	int of(int function) {
		return this.sizes.get(function - this.imports);
	}

	/**
	 * Returns the functions that are large.
	 * @param size the smallest estimate to return
	 * @return the indices of the functions
	 */
	Set<Integer> from(int size) {
		Set<Integer> functions = new TreeSet<>();
		for (int i = 0; i < this.sizes.size(); i++) {
			if (this.sizes.get(i) >= size) {
				functions.add(this.imports + i);
			}
		}
		return functions;
	}

	/** Adds the size of a function, and returns its local variables times jumps. */
	private long estimate(FunctionBody body, int parameters) {
		long size = 0;
		long jumps = 0;
		int unreachableFrom = -1;
		for (AnnotatedInstruction instruction : body.instructions()) {
			OpCode code = instruction.opcode();
			if (unreachableFrom >= 0) {
				// The compiler leaves out what follows a jump
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
			jumps += jumps(instruction, code);
		}
		long locals = (long) parameters + body.localTypes().size();
		this.sizes.add((int) Math.min(Integer.MAX_VALUE, size));
		return locals * jumps;
	}

	private static int jumps(AnnotatedInstruction instruction, OpCode code) {
		return switch (code) {
			case IF, BR, BR_IF -> 1;
			case BR_TABLE -> instruction.labelTable().size();
			default -> 0;
		};
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

	private static int sizeOfLocal(long index) {
		if (index < 4) {
			return 1;
		}
		return (index < 256) ? 2 : 4;
	}

}
