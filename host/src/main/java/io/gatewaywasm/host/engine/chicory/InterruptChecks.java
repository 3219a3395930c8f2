package io.gatewaywasm.host.engine.chicory;

import java.util.HashMap;
import java.util.Map;

import io.gatewaywasm.host.engine.instructions.DirectAccess;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * Replaces the compiler's interrupt checks, which are before each call and at each
 * backward jump. A function now checks at its start if it is large or calls functions, so
 * that infinite recursion is still interrupted, and after several calls in a row.
 */
final class InterruptChecks {

	private static final String ACCESS = Type.getInternalName(DirectAccess.class);

	/**
	 * The number of calls without an interrupt check between them, for callees that do
	 * not check.
	 */
	private static final int CALLS_PER_CHECK = 16;

	/** Larger functions check for an interrupt when they start. */
	private static final int SMALL = 1000;

	private final MethodNode method;

	private final InsnList code;

	private final String helper;

	/** The variable that holds the instance. */
	private final int instance;

	/** {@code helper} is the internal name of the compiler's helper class. */
	InterruptChecks(MethodNode method, String helper) {
		this.method = method;
		this.code = method.instructions;
		this.helper = helper;
		this.instance = Code.instance(method);
	}

	void replace() {
		boolean calls = false;
		for (AbstractInsnNode instruction : this.code.toArray()) {
			calls |= instruction instanceof MethodInsnNode call && isCall(call.name);
		}
		boolean start = calls || !this.method.tryCatchBlocks.isEmpty() || CodeSize.of(this.method) > SMALL;
		if (this.method.tryCatchBlocks.isEmpty()) {
			removeChecks();
		}
		for (AbstractInsnNode instruction : this.code.toArray()) {
			if (Code.isCheck(instruction, this.helper)) {
				this.code.set(instruction, check());
			}
		}
		if (start) {
			this.code.insert(check());
		}
	}

	/**
	 * Removes checks before calls, as long as no path has too many calls since its last
	 * check.
	 */
	private void removeChecks() {
		Map<LabelNode, Integer> jumps = new HashMap<>();
		boolean reached = true;
		int calls = 0;
		for (AbstractInsnNode instruction : this.code.toArray()) {
			if (instruction instanceof LabelNode label) {
				// Backward jumps are not known yet; a check precedes each of them
				calls = Math.max(reached ? calls : 0, jumps.getOrDefault(label, 0));
				reached = true;
			}
			else if (Code.isCheck(instruction, this.helper)) {
				if (calls < CALLS_PER_CHECK && isBeforeCall(instruction)) {
					this.code.remove(instruction);
				}
				else {
					calls = 0;
				}
			}
			else if (instruction instanceof MethodInsnNode call && call.name.startsWith(GeneratedFunctions.PREFIX)) {
				calls++;
			}
			for (LabelNode target : Code.targets(instruction)) {
				jumps.merge(target, calls, Math::max);
			}
			reached &= !Code.isEnd(instruction);
		}
	}

	/**
	 * Returns whether this is a direct or indirect call, a call of another instance, or a
	 * host call.
	 */
	private static boolean isCall(String name) {
		return name.startsWith(GeneratedFunctions.PREFIX) || name.startsWith("call");
	}

	/** Returns an instruction that checks for an interrupt. */
	static MethodInsnNode check() {
		return new MethodInsnNode(Opcodes.INVOKESTATIC, ACCESS, "checkInterruption", "()V");
	}

	private boolean isBeforeCall(AbstractInsnNode check) {
		AbstractInsnNode memory = check.getNext();
		AbstractInsnNode last = (memory != null) ? memory.getNext() : null;
		return last != null && Code.isVariable(memory, Opcodes.ALOAD, this.instance - 1)
				&& Code.isVariable(last, Opcodes.ALOAD, this.instance) && last.getNext() instanceof MethodInsnNode call
				&& call.name.startsWith(GeneratedFunctions.PREFIX);
	}

}
