package io.gatewaywasm.host.engine.chicory;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.IincInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.IntInsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.LookupSwitchInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TableSwitchInsnNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * Properties of single bytecode instructions.
 */
final class Code {

	private static final String CHECK = "checkInterruption";

	/** The maximum number of calls of a method to itself if its recursion is shallow. */
	private static final int SHALLOW = 4;

	private Code() {
	}

	/** Returns the first instruction that is not a label, line number or frame. */
	static @Nullable AbstractInsnNode first(InsnList code) {
		AbstractInsnNode first = code.getFirst();
		return (first == null || first.getOpcode() >= 0) ? first : next(first);
	}

	/** Returns the next instruction that is not a label, line number or frame. */
	static @Nullable AbstractInsnNode next(AbstractInsnNode instruction) {
		AbstractInsnNode next = instruction.getNext();
		while (next != null && next.getOpcode() < 0) {
			next = next.getNext();
		}
		return next;
	}

	static boolean isCheck(@Nullable AbstractInsnNode instruction, String helper) {
		return instruction instanceof MethodInsnNode call && call.owner.equals(helper) && call.name.equals(CHECK);
	}

	static boolean isCall(@Nullable AbstractInsnNode instruction, String owner, String name) {
		return instruction instanceof MethodInsnNode call && call.owner.equals(owner) && call.name.equals(name);
	}

	/**
	 * Returns whether a method calls itself in several places, like one that walks a
	 * tree. HotSpot's C1 gives a large method a frame of up to 20 KB, the interpreter one
	 * of less than 1 KB. A large method whose recursion may be deep must therefore not be
	 * made just small enough for the compilers: it would use up the thread's stack.
	 */
	static boolean isDeeplyRecursive(MethodNode method) {
		int calls = 0;
		for (AbstractInsnNode instruction : method.instructions) {
			if (instruction instanceof MethodInsnNode call && call.name.equals(method.name)) {
				calls++;
			}
		}
		return calls > SHALLOW;
	}

	/**
	 * Returns the variable that holds the instance in the method of a function. It
	 * follows the variable that holds the memory.
	 */
	static int instance(MethodNode method) {
		return Type.getArgumentsAndReturnSizes(method.desc) / 4 - 2;
	}

	static boolean is(@Nullable AbstractInsnNode instruction, int opcode) {
		return instruction != null && instruction.getOpcode() == opcode;
	}

	static boolean isVariable(@Nullable AbstractInsnNode instruction, int opcode, int variable) {
		return instruction instanceof VarInsnNode access && access.getOpcode() == opcode && access.var == variable;
	}

	/**
	 * Returns the {@code int} that an instruction pushes, or {@code null} if it does not
	 * push a constant.
	 */
	static @Nullable Integer intConstant(@Nullable AbstractInsnNode instruction) {
		if (instruction instanceof InsnNode && instruction.getOpcode() >= Opcodes.ICONST_M1
				&& instruction.getOpcode() <= Opcodes.ICONST_5) {
			return instruction.getOpcode() - Opcodes.ICONST_0;
		}
		if (instruction instanceof IntInsnNode constant && constant.getOpcode() != Opcodes.NEWARRAY) {
			return constant.operand;
		}
		return (instruction instanceof LdcInsnNode constant && constant.cst instanceof Integer value) ? value : null;
	}

	/**
	 * Returns the {@code long} that an instruction pushes, or {@code null} if it does not
	 * push a constant.
	 */
	static @Nullable Long longConstant(@Nullable AbstractInsnNode instruction) {
		if (instruction == null) {
			return null;
		}
		if (instruction.getOpcode() == Opcodes.LCONST_0 || instruction.getOpcode() == Opcodes.LCONST_1) {
			return (long) (instruction.getOpcode() - Opcodes.LCONST_0);
		}
		return (instruction instanceof LdcInsnNode constant && constant.cst instanceof Long value) ? value : null;
	}

	static AbstractInsnNode push(int value) {
		if (value >= -1 && value <= 5) {
			return new InsnNode(Opcodes.ICONST_0 + value);
		}
		if (value == (byte) value) {
			return new IntInsnNode(Opcodes.BIPUSH, value);
		}
		return (value == (short) value) ? new IntInsnNode(Opcodes.SIPUSH, value) : new LdcInsnNode(value);
	}

	static boolean reads(AbstractInsnNode instruction, int variable) {
		return isVariable(instruction, Opcodes.ILOAD, variable)
				|| (instruction instanceof IincInsnNode increment && increment.var == variable);
	}

	static boolean writes(AbstractInsnNode instruction, int variable) {
		return isVariable(instruction, Opcodes.ISTORE, variable);
	}

	/**
	 * Returns the label to which a switch jumps for a value, or {@code null} if the
	 * instruction is not a switch.
	 */
	static @Nullable LabelNode target(@Nullable AbstractInsnNode instruction, int value) {
		if (instruction instanceof TableSwitchInsnNode table) {
			boolean inside = value >= table.min && value <= table.max;
			return inside ? table.labels.get(value - table.min) : table.dflt;
		}
		if (instruction instanceof LookupSwitchInsnNode lookup) {
			int index = lookup.keys.indexOf(value);
			return (index >= 0) ? lookup.labels.get(index) : lookup.dflt;
		}
		return null;
	}

	/** Returns the possible jump targets of an instruction. */
	static List<LabelNode> targets(AbstractInsnNode instruction) {
		if (instruction instanceof JumpInsnNode jump) {
			return List.of(jump.label);
		}
		List<LabelNode> targets = new ArrayList<>();
		if (instruction instanceof TableSwitchInsnNode table) {
			targets.addAll(table.labels);
			targets.add(table.dflt);
		}
		else if (instruction instanceof LookupSwitchInsnNode lookup) {
			targets.addAll(lookup.labels);
			targets.add(lookup.dflt);
		}
		return targets;
	}

	/** Returns whether control never continues with the following instruction. */
	static boolean isEnd(AbstractInsnNode instruction) {
		int opcode = instruction.getOpcode();
		return opcode == Opcodes.GOTO || opcode == Opcodes.TABLESWITCH || opcode == Opcodes.LOOKUPSWITCH
				|| opcode == Opcodes.ATHROW || (opcode >= Opcodes.IRETURN && opcode <= Opcodes.RETURN);
	}

}
