package io.gatewaywasm.host.engine.chicory;

import java.util.Map;

import com.dylibso.chicory.runtime.OpcodeImpl;
import io.gatewaywasm.host.engine.instructions.DirectAccess;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;

/**
 * Replaces comparisons whose result only decides about a jump: the jump itself compares.
 */
final class ShorterComparisons {

	private static final String ENGINE = Type.getInternalName(OpcodeImpl.class);

	private static final String ACCESS = Type.getInternalName(DirectAccess.class);

	/**
	 * The jump to take after {@code lcmp} if the 64-bit comparison holds, by instruction.
	 */
	private static final Map<String, Integer> LONG_JUMPS = Map.of("I64_EQ", Opcodes.IFEQ, "I64_NE", Opcodes.IFNE,
			"I64_LT_S", Opcodes.IFLT, "I64_LE_S", Opcodes.IFLE, "I64_GT_S", Opcodes.IFGT, "I64_GE_S", Opcodes.IFGE);

	private static final Map<String, Integer> UNSIGNED_JUMPS = Map.of("I64_LT_U", Opcodes.IFLT, "I64_LE_U",
			Opcodes.IFLE, "I64_GT_U", Opcodes.IFGT, "I64_GE_U", Opcodes.IFGE);

	private static final Map<String, Integer> INT_JUMPS = Map.of("I32_EQ", Opcodes.IF_ICMPEQ, "I32_NE",
			Opcodes.IF_ICMPNE);

	/**
	 * The number of instructions in a negation of an extended number: conversion, mask,
	 * conjunction, comparison with zero.
	 */
	private static final int EXTENDED_NEGATION = 4;

	private static final long LOW_32_BITS = 0xffffffffL;

	private ShorterComparisons() {
	}

	/**
	 * Replaces the comparison before a jump, or the negations of its result, by the kind
	 * of the jump.
	 */
	static void shorten(InsnList code, JumpInsnNode jump) {
		boolean holds = jump.getOpcode() == Opcodes.IFNE;
		AbstractInsnNode before = jump.getPrevious();
		while (Code.isCall(before, ENGINE, "I32_EQZ") || isNegationOfInt(before)) {
			boolean extended = !Code.isCall(before, ENGINE, "I32_EQZ");
			for (int i = 0; i < (extended ? EXTENDED_NEGATION : 1); i++) {
				AbstractInsnNode negation = before;
				before = negation.getPrevious();
				code.remove(negation);
			}
			holds = !holds;
		}
		int opcode = Opcodes.IFNE;
		if (before instanceof MethodInsnNode call && call.owner.equals(ENGINE)) {
			opcode = replace(code, call);
		}
		jump.setOpcode(holds ? opcode : DeadCodeRemoval.invert(opcode));
	}

	/**
	 * Returns whether an instruction negates a 32-bit number that was extended: Go
	 * extends booleans to 64 bits before it compares them with zero.
	 */
	private static boolean isNegationOfInt(@Nullable AbstractInsnNode instruction) {
		if (instruction == null || !Code.isCall(instruction, ENGINE, "I64_EQZ")
				|| !Code.is(instruction.getPrevious(), Opcodes.LAND)) {
			return false;
		}
		AbstractInsnNode mask = instruction.getPrevious().getPrevious();
		Long bits = Code.longConstant(mask);
		return bits != null && bits == LOW_32_BITS && Code.is(mask.getPrevious(), Opcodes.I2L);
	}

	/** Replaces a comparison, and returns the jump to take if it holds. */
	private static int replace(InsnList code, MethodInsnNode call) {
		if (call.name.equals("I64_EQZ")) {
			code.insertBefore(call, new InsnNode(Opcodes.LCONST_0));
			code.set(call, new InsnNode(Opcodes.LCMP));
			return Opcodes.IFEQ;
		}
		if (LONG_JUMPS.containsKey(call.name)) {
			code.set(call, new InsnNode(Opcodes.LCMP));
			return LONG_JUMPS.get(call.name);
		}
		if (UNSIGNED_JUMPS.containsKey(call.name)) {
			code.set(call, new MethodInsnNode(Opcodes.INVOKESTATIC, ACCESS, "compareUnsigned", "(JJ)I"));
			return UNSIGNED_JUMPS.get(call.name);
		}
		if (INT_JUMPS.containsKey(call.name)) {
			code.remove(call);
			return INT_JUMPS.get(call.name);
		}
		return Opcodes.IFNE;
	}

}
