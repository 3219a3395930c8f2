package io.gatewaywasm.host.engine.chicory;

import java.util.Set;
import java.util.TreeSet;

import io.gatewaywasm.host.engine.cache.CompiledClasses;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Inspects the generated classes for functions that are huge or interpreted. Needs the
 * compiler's own libraries, unlike {@link CompiledClasses}.
 */
final class CompiledFunctions {

	/** HotSpot's {@code HugeMethodLimit}, a constant outside debug builds. */
	private static final int HUGE_METHOD_LIMIT = 8000;

	/** The field of the main class that refers to the interpreter, if there is one. */
	private static final String INTERPRETER_FIELD = "compilerInterpreterMachine";

	private CompiledFunctions() {
	}

	/** Counts the methods that HotSpot does not compile by default. */
	static int countHugeMethods(CompiledClasses compiled) {
		return compiled.classes().values().stream().mapToInt((bytes) -> countHugeMethods(new ClassReader(bytes))).sum();
	}

	/**
	 * Parses the class file (JVMS 4.1), since ASM's visitors do not report code lengths.
	 */
	private static int countHugeMethods(ClassReader reader) {
		int huge = 0;
		int position = reader.header + 6;
		position += 2 + 2 * reader.readUnsignedShort(position);
		char[] buffer = new char[reader.getMaxStringLength()];
		for (boolean methods : new boolean[] { false, true }) {
			int members = reader.readUnsignedShort(position);
			position += 2;
			for (int i = 0; i < members; i++) {
				int attributes = reader.readUnsignedShort(position + 6);
				position += 8;
				for (int j = 0; j < attributes; j++) {
					if (methods && "Code".equals(reader.readUTF8(position, buffer))
							&& reader.readInt(position + 10) > HUGE_METHOD_LIMIT) {
						huge++;
					}
					position += 6 + reader.readInt(position + 2);
				}
			}
		}
		return huge;
	}

	/** Returns the indices of the functions that run in the interpreter. */
	static Set<Integer> findInterpreted(CompiledClasses compiled) {
		InterpreterVisitor visitor = new InterpreterVisitor();
		byte[] main = compiled.classes().get(compiled.mainClass());
		if (main != null) {
			new ClassReader(main).accept(visitor, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
		}
		return visitor.functions;
	}

	/**
	 * If a module has interpreted functions, the main class's entry point begins with a
	 * switch to the interpreter.
	 */
	private static final class InterpreterVisitor extends ClassVisitor {

		private final Set<Integer> functions = new TreeSet<>();

		private boolean interpreter;

		private InterpreterVisitor() {
			super(Opcodes.ASM9);
		}

		@Override
		public @Nullable FieldVisitor visitField(int access, String field, String descriptor,
				@Nullable String signature, @Nullable Object value) {
			this.interpreter |= INTERPRETER_FIELD.equals(field);
			return null;
		}

		@Override
		public @Nullable MethodVisitor visitMethod(int access, String method, String descriptor,
				@Nullable String signature, String @Nullable [] exceptions) {
			return (!this.interpreter || !"call".equals(method)) ? null : new MethodVisitor(Opcodes.ASM9) {

				@Override
				public void visitLookupSwitchInsn(Label otherwise, int[] keys, Label[] labels) {
					for (int key : keys) {
						InterpreterVisitor.this.functions.add(key);
					}
				}

			};
		}

	}

}
