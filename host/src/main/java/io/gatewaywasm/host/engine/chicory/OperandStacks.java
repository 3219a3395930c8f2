package io.gatewaywasm.host.engine.chicory;

import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.analysis.Analyzer;
import org.objectweb.asm.tree.analysis.AnalyzerException;
import org.objectweb.asm.tree.analysis.BasicInterpreter;
import org.objectweb.asm.tree.analysis.BasicValue;
import org.objectweb.asm.tree.analysis.Frame;

/**
 * The operand stack of a method before each of its instructions.
 */
final class OperandStacks {

	/** The additional references that the analysis stores for each instruction. */
	private static final int STATE_OF_INSTRUCTION = 24;

	private final Frame<BasicValue>[] frames;

	/** Analyzes a method of the class {@code owner}, and counts the steps. */
	OperandStacks(MethodNode method, String owner, CompileSteps steps) throws AnalyzerException {
		this.frames = new Analyzer<>(new BasicInterpreter()) {

			@Override
			protected void newControlFlowEdge(int from, int to) {
				steps.take(1);
			}

		}.analyze(owner, method);
	}

	/**
	 * Returns the number of references that the analysis of a method stores: one for each
	 * variable and stack entry, for each instruction.
	 */
	static long state(MethodNode method) {
		return ((long) method.maxLocals + method.maxStack + STATE_OF_INSTRUCTION) * method.instructions.size();
	}

	/** Returns whether the stack is empty. Returns {@code false} for unreachable code. */
	boolean isEmpty(int index) {
		Frame<BasicValue> frame = frame(index);
		return frame != null && frame.getStackSize() == 0;
	}

	/**
	 * Returns the type of the number that is the only entry, {@code void} if the stack is
	 * empty, or {@code null} in all other cases.
	 */
	@Nullable Type onlyNumber(int index) {
		Frame<BasicValue> frame = frame(index);
		if (frame == null || frame.getStackSize() > 1) {
			return null;
		}
		Type type = (frame.getStackSize() == 0) ? Type.VOID_TYPE : frame.getStack(0).getType();
		return (type != null && type.getSort() <= Type.DOUBLE) ? type : null;
	}

	private @Nullable Frame<BasicValue> frame(int index) {
		return (index < this.frames.length) ? this.frames[index] : null;
	}

}
