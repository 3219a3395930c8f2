package io.gatewaywasm.host.engine;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;

import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * The classes that the compiler made of a module.
 *
 * @param mainClass the name of the class that implements the engine's machine
 * @param classes the class files by class name
 */
record CompiledClasses(String mainClass, Map<String, byte[]> classes) {

	private static final String PROPERTIES = "wasm-module.properties";

	private static final String SUFFIX = ".class";

	/** HotSpot's {@code HugeMethodLimit}, a constant outside debug builds. */
	private static final int HUGE_METHOD_LIMIT = 8000;

	/** Where the compiler's main class keeps the interpreter, if it needs one. */
	private static final String INTERPRETER_FIELD = "compilerInterpreterMachine";

	/**
	 * Unpack the compiler's output.
	 * @param jar the jar that it hands to its cache
	 * @return the classes in it
	 */
	static CompiledClasses unpack(byte[] jar) {
		Properties properties = new Properties();
		Map<String, byte[]> classes = new LinkedHashMap<>();
		try (JarInputStream input = new JarInputStream(new ByteArrayInputStream(jar))) {
			for (JarEntry entry = input.getNextJarEntry(); entry != null; entry = input.getNextJarEntry()) {
				String name = entry.getName();
				if (name.equals(PROPERTIES)) {
					properties.load(input);
				}
				else if (name.endsWith(SUFFIX)) {
					classes.put(name.substring(0, name.length() - SUFFIX.length()).replace('/', '.'),
							input.readAllBytes());
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return new CompiledClasses(properties.getProperty("mainClass", ""), classes);
	}

	/**
	 * Count the methods that HotSpot does not compile by default.
	 * @return their number
	 */
	int countHugeMethods() {
		return this.classes.values().stream().mapToInt((bytes) -> countHugeMethods(new ClassReader(bytes))).sum();
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

	/**
	 * Count the functions that are left to the interpreter.
	 * @return their number
	 */
	int countInterpreted() {
		InterpreterVisitor visitor = new InterpreterVisitor();
		byte[] main = this.classes.get(this.mainClass);
		if (main != null) {
			new ClassReader(main).accept(visitor, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
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
