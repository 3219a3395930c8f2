package io.gatewaywasm.host.engine;

import com.dylibso.chicory.runtime.ExecutionListener;
import com.dylibso.chicory.runtime.MStack;
import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.types.Instruction;

/**
 * Stops interpreted code that was interrupted. The interpreter itself looks at the
 * interrupt only at calls and some branches, not in straight-line code, at
 * {@code br_table} or at {@code return_call}. It bounds its operand stack as well. Used
 * by one thread at a time.
 */
final class InterpreterWatch implements ExecutionListener {

	/** Instructions between two looks, some microseconds. */
	private static final int PACE = 64;

	/**
	 * Values on the operand stack, which the interpreter keeps in the heap: 4 MiB, and 8
	 * while it grows.
	 */
	private static final int MAXIMUM_STACK = 1 << 19;

	private int instructions;

	@Override
	public void onExecution(Instruction instruction, MStack stack) {
		if ((++this.instructions & (PACE - 1)) == 0) {
			BulkBytes.checkInterruption();
			if (stack.size() > MAXIMUM_STACK) {
				throw new ChicoryException("call stack exhausted", new StackOverflowError());
			}
		}
	}

}
