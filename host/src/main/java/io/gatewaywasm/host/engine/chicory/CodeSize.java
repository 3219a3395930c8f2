package io.gatewaywasm.host.engine.chicory;

import io.gatewaywasm.host.engine.instructions.DirectAccess;
import org.objectweb.asm.Type;
import org.objectweb.asm.commons.CodeSizeEvaluator;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * Estimates sizes of bytecode in bytes, and of the code that C2 inlines into it.
 */
final class CodeSize {

	/** HotSpot's limit, reduced by the error of the size estimate. */
	static final int LARGE = 7_900;

	private static final String ACCESS = Type.getInternalName(DirectAccess.class);

	/**
	 * The number of bytes that C2 inlines for a read, including methods of the JDK, of
	 * which those that it is forced to inline count as one byte each.
	 */
	private static final int INLINED_READ = 64;

	private static final int INLINED_WRITE = 94;

	private static final int INLINED_OTHER = 16;

	private CodeSize() {
	}

	/** Returns the number of bytes that C2 inlines for an instruction. */
	static int inlined(AbstractInsnNode instruction) {
		if (!(instruction instanceof MethodInsnNode call) || !call.owner.equals(ACCESS)) {
			return 0;
		}
		if (call.name.startsWith("read")) {
			return INLINED_READ;
		}
		return call.name.startsWith("write") ? INLINED_WRITE : INLINED_OTHER;
	}

	/** Estimates the size of a method's code in bytes. The estimate is rarely too low. */
	static int of(MethodNode method) {
		int size = 0;
		for (AbstractInsnNode instruction : method.instructions) {
			size += of(instruction);
		}
		return size;
	}

	static int of(AbstractInsnNode instruction) {
		if (instruction.getOpcode() < 0) {
			return 0;
		}
		CodeSizeEvaluator size = new CodeSizeEvaluator(null);
		instruction.accept(size);
		// The index of a constant can need two bytes
		return size.getMinSize() + ((instruction instanceof LdcInsnNode) ? 1 : 0);
	}

}
