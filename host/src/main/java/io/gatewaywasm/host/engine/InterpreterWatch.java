package io.gatewaywasm.host.engine;

import com.dylibso.chicory.runtime.ExecutionListener;
import com.dylibso.chicory.runtime.MStack;
import com.dylibso.chicory.wasm.types.Instruction;

/**
 * Stops interpreted code that was interrupted. The interpreter itself looks at the
 * interrupt only at calls and some branches, not in straight-line code, at
 * {@code br_table} or at {@code return_call}. Used by one thread at a time.
 */
final class InterpreterWatch implements ExecutionListener {

	/** Instructions between two looks, some microseconds. */
	private static final int PACE = 64;

	private int instructions;

	@Override
	public void onExecution(Instruction instruction, MStack stack) {
		if ((++this.instructions & (PACE - 1)) == 0) {
			BulkBytes.checkInterruption();
		}
	}

}
