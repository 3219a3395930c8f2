package io.gatewaywasm.host.engine.chicory;

import com.dylibso.chicory.runtime.ExecutionListener;
import com.dylibso.chicory.runtime.MStack;
import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.types.Instruction;

/**
 * Stops interpreted code when its thread is interrupted, and limits the interpreter's
 * operand stack. The interpreter itself checks for an interrupt only at calls and some
 * branches, but not in straight-line code, at {@code br_table} or at {@code return_call}.
 * Used by one thread at a time.
 */
final class InterpreterWatch implements ExecutionListener {

	/**
	 * The number of instructions between two interrupt checks, which takes several
	 * microseconds.
	 */
	private static final int PACE = 64;

	/**
	 * The maximum number of values on the operand stack, which is on the heap: 4 MiB, and
	 * 8 MiB while it grows.
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
