package io.gatewaywasm.host.engine.chicory;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import io.gatewaywasm.host.engine.binary.FunctionNames;
import io.gatewaywasm.host.engine.binary.SourceLines;
import io.gatewaywasm.host.engine.cache.CompiledClasses;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * The view of a module for debuggers and profilers, if the JVM was started with
 * {@code -Dgatewaywasm.debug=true}: methods have the names of the guest's functions, and
 * each class has a source map (JSR 45) of the guest's source lines. The view is created
 * when a module is loaded; the compilation cache contains the classes without it.
 */
final class DebugView {

	static final String PROPERTY = "gatewaywasm.debug";

	private static final int LARGEST_LINE = 0xffff;

	private final FunctionNames names;

	private final SourceLines lines;

	private final int imports;

	private final String owners;

	private final Map<String, String> renamed = new HashMap<>();

	/** The number that is added to the rows of a function, unique in its class. */
	private final Map<Integer, Integer> offsets = new HashMap<>();

	private DebugView(FunctionNames names, SourceLines lines, int imports, String owners) {
		this.names = names;
		this.lines = lines;
		this.imports = imports;
		this.owners = owners;
	}

	/**
	 * Classes with names and lines.
	 *
	 * @param classes the changed classes
	 * @param names the names, which convert the changed line numbers back
	 */
	record Result(CompiledClasses classes, FunctionNames names) {

	}

	static boolean isEnabled() {
		return Boolean.getBoolean(PROPERTY);
	}

	static Result of(CompiledClasses compiled, FunctionNames names, SourceLines lines, int imports) {
		DebugView view = new DebugView(names, lines, imports, compiled.mainClass().replace('.', '/'));
		Map<String, byte[]> classes = new LinkedHashMap<>();
		compiled.classes().forEach((name, bytes) -> classes.put(name, view.show(bytes)));
		return new Result(new CompiledClasses(compiled.mainClass(), classes), names.withLineOffsets(view.offsets));
	}

	private byte[] show(byte[] bytes) {
		ClassReader reader = new ClassReader(bytes);
		String map = sourceMap(reader);
		ClassWriter writer = new ClassWriter(0);
		reader.accept(new ClassVisitor(Opcodes.ASM9, writer) {

			@Override
			public void visitSource(@Nullable String source, @Nullable String debug) {
				// Written below
			}

			@Override
			public MethodVisitor visitMethod(int access, String name, String descriptor, @Nullable String signature,
					String @Nullable [] exceptions) {
				MethodVisitor method = super.visitMethod(access, rename(name), descriptor, signature, exceptions);
				return new ShownMethod(method, functionOf(name));
			}

		}, 0);
		if (map != null) {
			writer.visitSource(generatedName(reader), map);
		}
		return writer.toByteArray();
	}

	private static String generatedName(ClassReader reader) {
		String name = reader.getClassName();
		return name.substring(name.lastIndexOf('/') + 1) + ".class";
	}

	/** Returns the index of the function that a method is, or is a part of, or -1. */
	private static int functionOf(String method) {
		int start = method.lastIndexOf(ClassPasses.FUNCTION);
		if (start < 0) {
			return -1;
		}
		String index = method.substring(start + ClassPasses.FUNCTION.length());
		return index.matches("[0-9]{1,9}") ? Integer.parseInt(index) : -1;
	}

	private String rename(String method) {
		int function = functionOf(method);
		return (function < 0) ? method
				: this.renamed.computeIfAbsent(method, (key) -> key + "_" + this.names.unqualified(function));
	}

	/** Gives each row of the class's functions a line number of its own. */
	private @Nullable String sourceMap(ClassReader reader) {
		Set<Integer> functions = new TreeSet<>();
		reader.accept(new ClassVisitor(Opcodes.ASM9) {

			@Override
			public @Nullable MethodVisitor visitMethod(int access, String name, String descriptor,
					@Nullable String signature, String @Nullable [] exceptions) {
				functions.add(functionOf(name));
				return null;
			}

		}, ClassReader.SKIP_CODE);
		List<String> files = new ArrayList<>();
		StringBuilder map = new StringBuilder();
		int offset = 0;
		for (int function : functions) {
			List<SourceLines.Row> rows = (function >= this.imports) ? this.lines.rows(function - this.imports)
					: List.of();
			if (offset + rows.size() > LARGEST_LINE) {
				continue;
			}
			this.offsets.put(function, offset);
			for (SourceLines.Row row : rows) {
				offset++;
				if (row.line() > 0) {
					int file = files.indexOf(row.file());
					if (file < 0) {
						file = files.size();
						files.add(row.file());
					}
					map.append(row.line()).append('#').append(file + 1).append(':').append(offset).append('\n');
				}
			}
		}
		return files.isEmpty() ? null : header(generatedName(reader), files) + map + "*E\n";
	}

	private static String header(String generated, List<String> files) {
		StringBuilder header = new StringBuilder("SMAP\n").append(generated)
			.append("\nWebAssembly\n*S WebAssembly\n*F\n");
		for (int file = 0; file < files.size(); file++) {
			String path = files.get(file);
			header.append("+ ")
				.append(file + 1)
				.append(' ')
				.append(path.substring(path.lastIndexOf('/') + 1))
				.append('\n');
			header.append(path).append('\n');
		}
		return header.append("*L\n").toString();
	}

	private final class ShownMethod extends MethodVisitor {

		private final int function;

		private ShownMethod(MethodVisitor next, int function) {
			super(Opcodes.ASM9, next);
			this.function = function;
		}

		@Override
		public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
			boolean generated = owner.startsWith(DebugView.this.owners);
			super.visitMethodInsn(opcode, owner, generated ? rename(name) : name, descriptor, isInterface);
		}

		@Override
		public void visitLineNumber(int line, Label start) {
			Integer offset = DebugView.this.offsets.get(this.function);
			if (offset != null && line > 0) {
				super.visitLineNumber(offset + line, start);
			}
		}

	}

}
