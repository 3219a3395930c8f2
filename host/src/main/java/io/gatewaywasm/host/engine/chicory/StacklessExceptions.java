package io.gatewaywasm.host.engine.chicory;

import com.dylibso.chicory.runtime.WasmException;
import io.gatewaywasm.host.engine.instructions.GuestException;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Changes generated classes so that they throw exceptions without a stack trace.
 */
final class StacklessExceptions {

	private static final String CHICORY = Type.getInternalName(WasmException.class);

	private static final String STACKLESS = Type.getInternalName(GuestException.class);

	private StacklessExceptions() {
	}

	/** Returns a visitor that replaces the exceptions in a method. */
	static MethodVisitor redirect(MethodVisitor next) {
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
