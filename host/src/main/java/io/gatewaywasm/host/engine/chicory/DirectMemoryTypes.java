package io.gatewaywasm.host.engine.chicory;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Memory;
import io.gatewaywasm.host.engine.instructions.DirectMemory;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Changes generated classes so that they pass the memory as a {@link DirectMemory}, which
 * every memory of this host is.
 */
final class DirectMemoryTypes {

	private static final String MEMORY = Type.getInternalName(Memory.class);

	private static final String DIRECT = Type.getInternalName(DirectMemory.class);

	private static final String INSTANCE = Type.getInternalName(Instance.class);

	private DirectMemoryTypes() {
	}

	/** Returns the new descriptor of a generated method. */
	static String redirect(String descriptor) {
		return descriptor.replace('L' + MEMORY + ';', 'L' + DIRECT + ';');
	}

	/**
	 * Returns a visitor that changes the descriptors in a method. {@code prefix} is the
	 * common prefix of the internal names of all generated classes.
	 */
	static MethodVisitor redirect(MethodVisitor next, String prefix) {
		return new MethodVisitor(Opcodes.ASM9, next) {

			@Override
			public void visitMethodInsn(int opcode, String owner, String name, String type, boolean isInterface) {
				if (owner.startsWith(prefix)) {
					super.visitMethodInsn(opcode, owner, name, redirect(type), isInterface);
					return;
				}
				super.visitMethodInsn(opcode, owner, name, type, isInterface);
				if (owner.equals(INSTANCE) && type.endsWith(")L" + MEMORY + ";")) {
					super.visitTypeInsn(Opcodes.CHECKCAST, DIRECT);
				}
			}

			@Override
			public void visitFrame(int type, int locals, @Nullable Object @Nullable [] local, int stacked,
					@Nullable Object @Nullable [] stack) {
				super.visitFrame(type, locals, redirect(locals, local), stacked, redirect(stacked, stack));
			}

		};
	}

	private static @Nullable Object @Nullable [] redirect(int count, @Nullable Object @Nullable [] types) {
		if (types == null) {
			return null;
		}
		@Nullable Object[] redirected = types.clone();
		for (int i = 0; i < count; i++) {
			redirected[i] = MEMORY.equals(redirected[i]) ? DIRECT : redirected[i];
		}
		return redirected;
	}

}
