package io.gatewaywasm.host.engine.chicory;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

import com.dylibso.chicory.wasm.UninstantiableException;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.ActiveElement;
import com.dylibso.chicory.wasm.types.Element;
import com.dylibso.chicory.wasm.types.Instruction;
import com.dylibso.chicory.wasm.types.OpCode;

/**
 * Checks the offsets of active element segments without elements. Chicory compares them
 * as signed numbers, and only elements that it sets fail at a negative index. Globals and
 * tables cannot be imported, so the module alone determines the offsets.
 */
final class EmptyElementSegmentCheck {

	private final WasmModule module;

	private final int[] globals;

	private EmptyElementSegmentCheck(WasmModule module) {
		this.module = module;
		this.globals = new int[module.globalSection().globalCount()];
		for (int i = 0; i < this.globals.length; i++) {
			this.globals[i] = evaluate(module.globalSection().getGlobal(i).initInstructions());
		}
	}

	/** Fails if a segment without elements is outside its table. */
	static void check(WasmModule module) {
		EmptyElementSegmentCheck elements = null;
		for (Element element : module.elementSection().elements()) {
			if (element instanceof ActiveElement segment && segment.initializers().isEmpty()) {
				elements = (elements != null) ? elements : new EmptyElementSegmentCheck(module);
				elements.check(segment);
			}
		}
	}

	private void check(ActiveElement segment) {
		long size = this.module.tableSection().getTable(segment.tableIndex()).limits().min();
		if (Integer.toUnsignedLong(evaluate(segment.offset())) > size) {
			throw new UninstantiableException("out of bounds table access");
		}
	}

	/** Returns the value of an expression, or any number if it is not an i32. */
	private int evaluate(List<? extends Instruction> expression) {
		Deque<Integer> stack = new ArrayDeque<>();
		for (Instruction instruction : expression) {
			switch (instruction.opcode()) {
				case I32_CONST -> stack.push((int) instruction.operand(0));
				case GLOBAL_GET -> stack.push(this.globals[(int) instruction.operand(0)]);
				case I32_ADD, I32_SUB, I32_MUL -> stack.push(calculate(instruction.opcode(), stack.pop(), stack.pop()));
				default -> {
				}
			}
		}
		return stack.isEmpty() ? 0 : stack.pop();
	}

	private static int calculate(OpCode code, int second, int first) {
		return switch (code) {
			case I32_ADD -> first + second;
			case I32_SUB -> first - second;
			default -> first * second;
		};
	}

}
