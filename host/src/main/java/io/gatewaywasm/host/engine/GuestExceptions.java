package io.gatewaywasm.host.engine;

import java.util.LinkedHashMap;
import java.util.Map;

import com.dylibso.chicory.runtime.WasmException;
import io.gatewaywasm.host.engine.instructions.GuestException;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Lets compiled classes throw exceptions without a stack trace.
 */
final class GuestExceptions {

	private static final String CHICORY = Type.getInternalName(WasmException.class);

	private static final String STACKLESS = Type.getInternalName(GuestException.class);

	private GuestExceptions() {
	}

	/**
	 * Replaces the exceptions.
	 * @param compiled the classes that the compiler made
	 * @return the same classes with other exceptions
	 */
	static CompiledClasses redirect(CompiledClasses compiled) {
		Map<String, byte[]> classes = new LinkedHashMap<>();
		// All exceptions are made by one method, which the compiler puts beside the main
		// class.
		compiled.classes()
			.forEach((name, bytes) -> classes.put(name,
					name.equals(compiled.mainClass() + OrderedComparisons.BESIDE) ? redirect(bytes) : bytes));
		return new CompiledClasses(compiled.mainClass(), classes);
	}

	private static byte[] redirect(byte[] bytes) {
		ClassReader reader = new ClassReader(bytes);
		ClassWriter writer = new ClassWriter(reader, 0);
		reader.accept(new Creations(writer), 0);
		return writer.toByteArray();
	}

	private static final class Creations extends ClassVisitor {

		private Creations(ClassVisitor next) {
			super(Opcodes.ASM9, next);
		}

		@Override
		public MethodVisitor visitMethod(int access, String method, String descriptor, @Nullable String signature,
				String @Nullable [] exceptions) {
			MethodVisitor next = super.visitMethod(access, method, descriptor, signature, exceptions);
			return new MethodVisitor(Opcodes.ASM9, next) {

				@Override
				public void visitTypeInsn(int opcode, String type) {
					super.visitTypeInsn(opcode, (opcode == Opcodes.NEW && type.equals(CHICORY)) ? STACKLESS : type);
				}

				@Override
				public void visitMethodInsn(int opcode, String owner, String name, String type, boolean isInterface) {
					boolean creation = opcode == Opcodes.INVOKESPECIAL && owner.equals(CHICORY);
					super.visitMethodInsn(opcode, creation ? STACKLESS : owner, name, type, isInterface);
				}

			};
		}

	}

}
