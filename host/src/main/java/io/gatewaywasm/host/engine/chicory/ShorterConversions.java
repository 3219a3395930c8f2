package io.gatewaywasm.host.engine.chicory;

import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;

/**
 * Replaces conversions between 32-bit and 64-bit numbers by shorter bytecode.
 */
final class ShorterConversions {

	private static final long LOW_32_BITS = 0xffffffffL;

	private ShorterConversions() {
	}

	/** Replaces a conversion of a constant to 32 bits by the result. */
	static void wrap(InsnList code, AbstractInsnNode conversion) {
		AbstractInsnNode constant = conversion.getPrevious();
		Long value = Code.longConstant(constant);
		if (value != null) {
			code.remove(constant);
			code.set(conversion, Code.push(value.intValue()));
		}
	}

	/** Replaces a call of one of Chicory's methods that extend numbers to 64 bits. */
	static void convert(InsnList code, MethodInsnNode call) {
		if (call.name.equals("I64_EXTEND_32_S")) {
			code.insertBefore(call, new InsnNode(Opcodes.L2I));
			code.set(call, new InsnNode(Opcodes.I2L));
		}
		else if (call.name.equals("I64_EXTEND_I32_U")) {
			extend(code, call);
		}
	}

	private static void extend(InsnList code, MethodInsnNode call) {
		AbstractInsnNode next = call.getNext();
		Long summand = Code.longConstant(next);
		if (Code.is(next, Opcodes.L2I)) {
			code.remove(next);
			code.remove(call);
		}
		else if (next != null && summand != null && Code.is(next.getNext(), Opcodes.LADD)
				&& Code.is(next.getNext().getNext(), Opcodes.L2I)) {
			// The lower half of a sum is the sum of the lower halves
			code.remove(next.getNext().getNext());
			code.set(next.getNext(), new InsnNode(Opcodes.IADD));
			code.set(next, Code.push(summand.intValue()));
			code.remove(call);
		}
		else {
			code.insertBefore(call, new InsnNode(Opcodes.I2L));
			code.insertBefore(call, new LdcInsnNode(LOW_32_BITS));
			code.set(call, new InsnNode(Opcodes.LAND));
		}
	}

}
