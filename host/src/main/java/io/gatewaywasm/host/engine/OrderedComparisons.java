package io.gatewaywasm.host.engine;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Makes compiled classes compare 32-bit numbers as 64-bit ones. HotSpot's C2 folds two
 * 32-bit comparisons of a number that follow each other, and may then, when the second
 * turns out as it never did before, resume as if the first had failed (JDK-8376400):
 * {@code realloc} of a few bytes is refused, since it first asks whether they are too
 * many. That is seen with unsigned comparisons up to Java 17 and possible with signed
 * ones later. The compiler's own workaround covers only {@code i32.ge_u}. C2 does not
 * fold 64-bit comparisons, which cost the same.
 */
final class OrderedComparisons {

	/** Where the compiler has its instructions. */
	private static final String ENGINE = "com/dylibso/chicory/runtime/OpcodeImpl";

	/** How the compiler calls the class that it puts beside its main class. */
	static final String BESIDE = "Shaded";

	/** The comparison that the compiler has a workaround for. */
	private static final String WORKED_AROUND = "i32_ge_u";

	private static final String DESCRIPTOR = "(II)I";

	/** By instruction, the jump that is taken if it does not hold. */
	private static final SortedMap<String, Integer> INSTRUCTIONS = new TreeMap<>(Map.of("I32_LT_S", Opcodes.IFGE,
			"I32_LT_U", Opcodes.IFGE, "I32_LE_S", Opcodes.IFGT, "I32_LE_U", Opcodes.IFGT, "I32_GT_S", Opcodes.IFLE,
			"I32_GT_U", Opcodes.IFLE, "I32_GE_S", Opcodes.IFLT, "I32_GE_U", Opcodes.IFLT));

	private OrderedComparisons() {
	}

	/**
	 * Replace the comparisons.
	 * @param compiled what the compiler made
	 * @return the same with other comparisons
	 */
	static CompiledClasses widen(CompiledClasses compiled) {
		String beside = compiled.mainClass() + BESIDE;
		if (!compiled.classes().containsKey(beside)) {
			throw new IllegalStateException("The compiler made no class " + beside);
		}
		String owner = beside.replace('.', '/');
		Map<String, byte[]> classes = new LinkedHashMap<>();
		compiled.classes().forEach((name, bytes) -> classes.put(name, widen(bytes, owner, name.equals(beside))));
		return new CompiledClasses(compiled.mainClass(), classes);
	}

	private static byte[] widen(byte[] bytes, String owner, boolean define) {
		ClassReader reader = new ClassReader(bytes);
		ClassWriter writer = new ClassWriter(reader, 0);
		reader.accept(new Calls(writer, owner), 0);
		if (define) {
			INSTRUCTIONS.forEach((name, otherwise) -> define(writer, name, otherwise));
		}
		return writer.toByteArray();
	}

	private static void define(ClassWriter writer, String name, int otherwise) {
		MethodVisitor code = writer.visitMethod(Opcodes.ACC_STATIC, name, DESCRIPTOR, null, null);
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

	/** Lets all methods call the new comparisons. */
	private static final class Calls extends ClassVisitor {

		private final String owner;

		private Calls(ClassVisitor next, String owner) {
			super(Opcodes.ASM9, next);
			this.owner = owner;
		}

		@Override
		public MethodVisitor visitMethod(int access, String method, String descriptor, @Nullable String signature,
				String @Nullable [] exceptions) {
			MethodVisitor next = super.visitMethod(access, method, descriptor, signature, exceptions);
			return new MethodVisitor(Opcodes.ASM9, next) {

				@Override
				public void visitMethodInsn(int opcode, String called, String name, String type, boolean isInterface) {
					if (called.equals(ENGINE) && INSTRUCTIONS.containsKey(name)) {
						super.visitMethodInsn(opcode, Calls.this.owner, name, type, false);
					}
					else if (called.equals(Calls.this.owner) && name.equals(WORKED_AROUND)) {
						super.visitMethodInsn(opcode, Calls.this.owner, "I32_GE_U", type, false);
					}
					else {
						super.visitMethodInsn(opcode, called, name, type, isInterface);
					}
				}

			};
		}

	}

}
