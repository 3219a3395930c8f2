package io.gatewaywasm.host.engine;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;

import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.jspecify.annotations.Nullable;

/**
 * Facts about the classes that the compiler made.
 *
 * @param interpreted the number of functions that are left to the interpreter
 * @param hugeMethods the number of methods that HotSpot does not compile by default
 */
record CompiledClasses(int interpreted, int hugeMethods) {

	/** HotSpot's {@code HugeMethodLimit}, a constant outside debug builds. */
	private static final int HUGE_METHOD_LIMIT = 8000;

	/** Where the compiler's main class keeps the interpreter, if it needs one. */
	private static final String INTERPRETER_FIELD = "compilerInterpreterMachine";

	/**
	 * Inspect the compiler's output.
	 * @param jar the jar that it hands to its cache
	 * @return facts about the classes in it
	 */
	static CompiledClasses inspect(byte[] jar) {
		int interpreted = 0;
		int hugeMethods = 0;
		try (JarInputStream input = new JarInputStream(new ByteArrayInputStream(jar))) {
			for (JarEntry entry = input.getNextJarEntry(); entry != null; entry = input.getNextJarEntry()) {
				if (entry.getName().endsWith(".class")) {
					ClassReader reader = new ClassReader(input.readAllBytes());
					hugeMethods += countHugeMethods(reader);
					interpreted += countInterpreted(reader);
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return new CompiledClasses(interpreted, hugeMethods);
	}

	/** Walks the class file (JVMS 4.1), since visitors are not told code lengths. */
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

	private static int countInterpreted(ClassReader reader) {
		InterpreterVisitor visitor = new InterpreterVisitor();
		// Only the main class is small, and only it has fields
		boolean implementsMachine = reader.getInterfaces().length > 0;
		if (implementsMachine) {
			reader.accept(visitor, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
		}
		return visitor.functions;
	}

	/**
	 * The main class's entry point loads the interpreter once per interpreted function.
	 */
	private static final class InterpreterVisitor extends ClassVisitor {

		private int functions;

		private InterpreterVisitor() {
			super(Opcodes.ASM9);
		}

		@Override
		public @Nullable MethodVisitor visitMethod(int access, String method, String descriptor,
				@Nullable String signature, String @Nullable [] exceptions) {
			return !"call".equals(method) ? null : new MethodVisitor(Opcodes.ASM9) {

				@Override
				public void visitFieldInsn(int opcode, String owner, String field, String type) {
					if (INTERPRETER_FIELD.equals(field)) {
						InterpreterVisitor.this.functions++;
					}
				}

			};
		}

	}

}
