package io.gatewaywasm.host.engine.binary;

import java.util.ArrayList;
import java.util.List;

import com.dylibso.chicory.wasm.types.AnnotatedInstruction;
import com.dylibso.chicory.wasm.types.CodeSection;
import com.dylibso.chicory.wasm.types.FunctionBody;
import com.dylibso.chicory.wasm.types.OpCode;

/**
 * Corrects the scope of each function's final {@code end}. If a block ends right before
 * it, Chicory's parser gives it the scope of that block. Chicory's compiler then unwinds
 * the stack for branches to the function's end as for branches to the block's end: it
 * drops their results, or fails if they come from outside the block.
 */
final class FunctionEndCorrection {

	private FunctionEndCorrection() {
	}

	/** Returns the code section in which each final {@code end} is its own scope. */
	static CodeSection correct(CodeSection code) {
		CodeSection.Builder bodies = CodeSection.builder().setRequiresDataCount(code.isRequiresDataCount());
		for (int i = 0; i < code.functionBodyCount(); i++) {
			bodies.addFunctionBody(correct(code.getFunctionBody(i)));
		}
		return bodies.build();
	}

	private static FunctionBody correct(FunctionBody body) {
		int last = body.instructions().size() - 1;
		AnnotatedInstruction end = body.instructions().get(last);
		if (end.scope().opcode() == OpCode.END) {
			return body;
		}
		List<AnnotatedInstruction> instructions = new ArrayList<>(body.instructions());
		instructions.set(last, AnnotatedInstruction.builder().from(end).withDepth(end.depth()).withScope(end).build());
		return new FunctionBody(body.localTypes(), instructions);
	}

}
