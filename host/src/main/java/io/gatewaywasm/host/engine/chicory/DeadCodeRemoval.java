package io.gatewaywasm.host.engine.chicory;

import java.util.HashSet;
import java.util.Set;

import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FrameNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * Removes unreachable code, jumps over jumps, and unused labels and stack maps.
 */
final class DeadCodeRemoval {

	private DeadCodeRemoval() {
	}

	/** Returns the opposite of a conditional jump. */
	static int invert(int opcode) {
		if (opcode == Opcodes.IFNULL || opcode == Opcodes.IFNONNULL) {
			return opcode ^ 1;
		}
		return ((opcode + 1) ^ 1) - 1;
	}

	/** Removes dead code from a method whose stack maps are not compressed. */
	static void remove(MethodNode method) {
		if (!method.tryCatchBlocks.isEmpty()) {
			// Removals could leave an exception handler with an empty range, which is
			// invalid
			return;
		}
		clean(method);
		if (invertJumps(method.instructions)) {
			clean(method);
		}
	}

	/** Turns a conditional jump over a jump into one conditional jump. */
	private static boolean invertJumps(InsnList code) {
		boolean inverted = false;
		for (AbstractInsnNode instruction : code.toArray()) {
			if (instruction instanceof JumpInsnNode jump && jump.getOpcode() != Opcodes.GOTO
					&& jump.getNext() instanceof JumpInsnNode over && over.getOpcode() == Opcodes.GOTO
					&& isNext(over, jump.label)) {
				jump.setOpcode(invert(jump.getOpcode()));
				jump.label = over.label;
				code.remove(over);
				inverted = true;
			}
		}
		return inverted;
	}

	private static boolean isNext(AbstractInsnNode instruction, LabelNode label) {
		AbstractInsnNode next = instruction.getNext();
		while (next != null && next.getOpcode() < 0) {
			if (next == label) {
				return true;
			}
			next = next.getNext();
		}
		return false;
	}

	private static void clean(MethodNode method) {
		method.localVariables = null;
		Set<LabelNode> targets = new HashSet<>();
		InsnList code = method.instructions;
		for (AbstractInsnNode instruction : code.toArray()) {
			targets.addAll(Code.targets(instruction));
		}
		boolean reached = true;
		boolean target = true;
		boolean framed = false;
		for (AbstractInsnNode instruction : code.toArray()) {
			if (instruction instanceof LabelNode label) {
				boolean used = targets.contains(label);
				target |= used;
				reached |= used;
				if (!used) {
					code.remove(instruction);
				}
			}
			else if (instruction instanceof FrameNode) {
				// At most one stack map between two instructions
				if (!target || framed) {
					code.remove(instruction);
				}
				framed |= target;
				target = false;
			}
			else if (instruction.getOpcode() >= 0) {
				target = false;
				framed = false;
				if (!reached) {
					code.remove(instruction);
				}
				else if (Code.isEnd(instruction)) {
					reached = false;
				}
			}
			else {
				// Line numbers that the compiler writes are meaningless
				code.remove(instruction);
			}
		}
	}

}
