package io.gatewaywasm.host.engine.instructions;

import java.util.Deque;
import java.util.stream.IntStream;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.MStack;
import com.dylibso.chicory.runtime.StackFrame;
import com.dylibso.chicory.runtime.WasmRuntimeException;
import com.dylibso.chicory.runtime.internal.CompilerInterpreterMachine;
import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.types.FunctionBody;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.OpCode;
import com.dylibso.chicory.wasm.types.Value;

/**
 * Chicory's interpreter with corrected implementations of the instructions that deviate
 * from the WebAssembly specification. Created by compiled modules; not meant for
 * applications.
 * <p>
 * Of the interpreter's methods, only the one for calls can be overridden. In the bodies
 * for this interpreter, each instruction to be corrected is therefore replaced by a call
 * of a function with a negative index.
 */
public final class CorrectedInterpreter extends CompilerInterpreterMachine {

	/** The maximum number of locals of all active calls, 16 bytes each. */
	private static final int MAXIMUM_LOCALS = 1 << 18;

	private long locals;

	/** Creates an interpreter for the functions with these indices. */
	public CorrectedInterpreter(Instance instance, int[] functions) {
		super(instance, functions);
	}

	/** Creates an interpreter for all functions of a module. */
	public CorrectedInterpreter(Instance instance) {
		super(instance, IntStream.range(0, instance.functionCount()).toArray());
	}

	/**
	 * Returns the negative index of the function that is called in place of an
	 * instruction. The operands of the call are those of the instruction.
	 */
	public static long function(OpCode instruction) {
		return -1L - instruction.opcode();
	}

	/**
	 * The interpreter keeps locals on the heap, so the stack alone does not limit them.
	 */
	@Override
	@SuppressWarnings("NullAway") // Chicory passes a raw type
	protected long[] call(MStack stack, Instance instance, Deque<StackFrame> callStack, int function, long[] arguments,
			FunctionType type, boolean popResults) {
		FunctionBody body = instance.function(function);
		int more = (body != null) ? arguments.length + body.localTypes().size() : 0;
		this.locals += more;
		try {
			if (this.locals > MAXIMUM_LOCALS) {
				throw new ChicoryException("call stack exhausted", new StackOverflowError());
			}
			return super.call(stack, instance, callStack, function, arguments, type, popResults);
		}
		finally {
			this.locals -= more;
		}
	}

	@Override
	protected void CALL(Operands operands) {
		long function = operands.get(0);
		if (function < 0) {
			execute(OpCode.byOpCode((int) (-1 - function)), operands);
		}
		else {
			super.CALL(operands);
		}
	}

	private void execute(OpCode instruction, Operands operands) {
		switch (instruction) {
			case TABLE_FILL, TABLE_COPY, TABLE_INIT -> changeTable(instruction, operands);
			case I32_STORE8, I64_STORE8, I64_STORE32 -> store(instruction, operands);
			default -> stack().push(compute(instruction));
		}
	}

	private long compute(OpCode instruction) {
		return switch (instruction) {
			case F32_CONVERT_I64_U -> Value.floatToLong(FloatInstructions.f32ConvertI64U(stack().pop()));
			case F32_ABS -> Value.floatToLong(FloatInstructions.f32Abs(popFloat()));
			case F32_CEIL -> Value.floatToLong(FloatInstructions.f32Ceil(popFloat()));
			case F32_FLOOR -> Value.floatToLong(FloatInstructions.f32Floor(popFloat()));
			case F32_TRUNC -> Value.floatToLong(FloatInstructions.f32Trunc(popFloat()));
			case F32_NEAREST -> Value.floatToLong(FloatInstructions.f32Nearest(popFloat()));
			case F32_COPYSIGN, F32_MIN, F32_MAX -> {
				float second = popFloat();
				yield Value.floatToLong(compute(instruction, popFloat(), second));
			}
			case F64_CONVERT_I64_U -> Value.doubleToLong(FloatInstructions.f64ConvertI64U(stack().pop()));
			case F64_ABS -> Value.doubleToLong(FloatInstructions.f64Abs(popDouble()));
			case F64_CEIL -> Value.doubleToLong(FloatInstructions.f64Ceil(popDouble()));
			case F64_FLOOR -> Value.doubleToLong(FloatInstructions.f64Floor(popDouble()));
			case F64_TRUNC -> Value.doubleToLong(FloatInstructions.f64Trunc(popDouble()));
			case F64_NEAREST -> Value.doubleToLong(FloatInstructions.f64Nearest(popDouble()));
			case F64_COPYSIGN, F64_MIN, F64_MAX -> {
				double second = popDouble();
				yield Value.doubleToLong(compute(instruction, popDouble(), second));
			}
			default -> throw unknown(instruction);
		};
	}

	private static float compute(OpCode instruction, float first, float second) {
		return switch (instruction) {
			case F32_COPYSIGN -> FloatInstructions.f32Copysign(first, second);
			case F32_MIN -> FloatInstructions.f32Min(first, second);
			case F32_MAX -> FloatInstructions.f32Max(first, second);
			default -> throw unknown(instruction);
		};
	}

	private static double compute(OpCode instruction, double first, double second) {
		return switch (instruction) {
			case F64_COPYSIGN -> FloatInstructions.f64Copysign(first, second);
			case F64_MIN -> FloatInstructions.f64Min(first, second);
			case F64_MAX -> FloatInstructions.f64Max(first, second);
			default -> throw unknown(instruction);
		};
	}

	private void changeTable(OpCode instruction, Operands operands) {
		MStack stack = stack();
		int size = (int) stack.pop();
		int second = (int) stack.pop();
		int first = (int) stack.pop();
		int index = (int) operands.get(1);
		switch (instruction) {
			case TABLE_FILL -> TableInstructions.fill(instance(), index, size, second, first);
			case TABLE_COPY -> TableInstructions.copy(instance(), (int) operands.get(2), index, size, second, first);
			case TABLE_INIT -> TableInstructions.init(instance(), (int) operands.get(2), index, size, second, first);
			default -> throw unknown(instruction);
		}
	}

	/** Executes a store, because Chicory adds the offset to a signed address. */
	private void store(OpCode instruction, Operands operands) {
		long value = stack().pop();
		long address = Integer.toUnsignedLong((int) stack().pop()) + operands.get(2);
		if (address > Integer.MAX_VALUE) {
			throw new WasmRuntimeException("out of bounds memory access");
		}
		if (instruction == OpCode.I64_STORE32) {
			instance().memory((int) operands.get(3)).writeI32((int) address, (int) value);
		}
		else {
			instance().memory((int) operands.get(3)).writeByte((int) address, (byte) value);
		}
	}

	private float popFloat() {
		return Value.longToFloat(stack().pop());
	}

	private double popDouble() {
		return Value.longToDouble(stack().pop());
	}

	private static IllegalStateException unknown(OpCode instruction) {
		return new IllegalStateException("The interpreter does not correct " + instruction);
	}

}
