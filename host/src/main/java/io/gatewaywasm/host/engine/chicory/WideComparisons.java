package io.gatewaywasm.host.engine.chicory;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Makes generated classes compare 32-bit numbers as 64-bit numbers, to avoid a fault of
 * HotSpot's C2 (JDK-8376400). C2 combines two successive 32-bit comparisons of the same
 * number. If the second one then has an outcome that it never had before, execution may
 * resume as if the first comparison had failed. For example, {@code realloc} of a few
 * bytes fails, because it first checks for too large sizes. The fault occurs with
 * unsigned comparisons up to Java 17 and is possible with signed ones in later versions.
 * Chicory's own workaround covers only {@code i32.ge_u}. C2 does not combine 64-bit
 * comparisons, which cost the same.
 */
final class WideComparisons {

	/** The class that implements Chicory's instructions. */
	private static final String ENGINE = "com/dylibso/chicory/runtime/OpcodeImpl";

	/** The comparison for which the compiler has a workaround. */
	private static final String WORKED_AROUND = "i32_ge_u";

	private static final String DESCRIPTOR = "(II)I";

	/** The jump that is taken if the comparison does not hold, by instruction. */
	private static final SortedMap<String, Integer> INSTRUCTIONS = new TreeMap<>(Map.of("I32_LT_S", Opcodes.IFGE,
			"I32_LT_U", Opcodes.IFGE, "I32_LE_S", Opcodes.IFGT, "I32_LE_U", Opcodes.IFGT, "I32_GT_S", Opcodes.IFLE,
			"I32_GT_U", Opcodes.IFLE, "I32_GE_S", Opcodes.IFLT, "I32_GE_U", Opcodes.IFLT));

	private WideComparisons() {
	}

	/** Adds the comparison methods to the compiler's helper class. */
	static void define(ClassVisitor helper) {
		INSTRUCTIONS.forEach((name, otherwise) -> define(helper, name, otherwise));
	}

	private static void define(ClassVisitor helper, String name, int otherwise) {
		MethodVisitor code = helper.visitMethod(Opcodes.ACC_STATIC, name, DESCRIPTOR, null, null);
		Label not = new Label();
		code.visitCode();
		for (int operand : new int[] { 0, 1 }) {
			code.visitVarInsn(Opcodes.ILOAD, operand);
			code.visitInsn(Opcodes.I2L);
			if (name.endsWith("_U")) {
				code.visitLdcInsn(0xffffffffL);
				code.visitInsn(Opcodes.LAND);
			}
		}
		code.visitInsn(Opcodes.LCMP);
		code.visitJumpInsn(otherwise, not);
		code.visitInsn(Opcodes.ICONST_1);
		code.visitInsn(Opcodes.IRETURN);
		code.visitLabel(not);
		code.visitFrame(Opcodes.F_SAME, 0, null, 0, null);
		code.visitInsn(Opcodes.ICONST_0);
		code.visitInsn(Opcodes.IRETURN);
		code.visitMaxs(6, 2);
		code.visitEnd();
	}

	/**
	 * Returns a visitor that redirects comparisons in a method to the new methods of the
	 * class {@code owner}.
	 */
	static MethodVisitor redirect(MethodVisitor next, String owner) {
		return new MethodVisitor(Opcodes.ASM9, next) {

			@Override
			public void visitMethodInsn(int opcode, String called, String name, String type, boolean isInterface) {
				if (called.equals(ENGINE) && INSTRUCTIONS.containsKey(name)) {
					super.visitMethodInsn(opcode, owner, name, type, false);
				}
				else if (called.equals(owner) && name.equals(WORKED_AROUND)) {
					super.visitMethodInsn(opcode, owner, "I32_GE_U", type, false);
				}
				else {
					super.visitMethodInsn(opcode, called, name, type, isInterface);
				}
			}

		};
	}

}
