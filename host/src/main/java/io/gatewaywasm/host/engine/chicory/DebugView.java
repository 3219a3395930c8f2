package io.gatewaywasm.host.engine.chicory;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The view of a module for debuggers and profilers, if the JVM was started with
 * {@code -Dgatewaywasm.debug=true}: methods have the names of the guest's functions, and
 * each class has a source map (JSR 45) of the guest's source lines. The view is created
 * when a module is loaded; the compilation cache contains the classes without it.
 */
final class DebugView {

	static final String PROPERTY = "gatewaywasm.debug";

	private static final Logger logger = LoggerFactory.getLogger(DebugView.class);

	/** The largest line number that a class file can contain. */
	private static final int LARGEST_LINE = 0xffff;

	private final FunctionNames names;

	private final SourceLines lines;

	private final int imports;

	private final String owners;

	private final Map<String, String> renamed = new HashMap<>();

	private final Map<Integer, ShownRows> shown = new HashMap<>();

	private int functionsWithoutLines;

	private DebugView(FunctionNames names, SourceLines lines, int imports, String owners) {
		this.names = names;
		this.lines = lines;
		this.imports = imports;
		this.owners = owners;
	}

	/**
	 * Classes with names and lines. {@code names} converts the changed line numbers back.
	 */
	record Result(CompiledClasses classes, FunctionNames names) {

	}

	/**
	 * The rows of a function that its methods use. Each has a line number that is unique
	 * in the class.
	 */
	private record ShownRows(int before, int[] rows) {

		/** Returns the line number of a row, or 0 if the methods do not use it. */
		int line(int row) {
			int index = Arrays.binarySearch(this.rows, row);
			return (index >= 0) ? this.before + index + 1 : 0;
		}

		/** Returns the row that a line number stands for, or 0 if there is none. */
		int row(int line) {
			int index = line - this.before - 1;
			return (index >= 0 && index < this.rows.length) ? this.rows[index] : 0;
		}

	}

	static boolean isEnabled() {
		return Boolean.getBoolean(PROPERTY);
	}

	/**
	 * Creates the view. {@code sha256} is the digest of the module, for messages.
	 */
	static Result of(CompiledClasses compiled, FunctionNames names, SourceLines lines, int imports, String sha256) {
		DebugView view = new DebugView(names, lines, imports, compiled.mainClass().replace('.', '/'));
		Map<String, byte[]> classes = new LinkedHashMap<>();
		compiled.classes().forEach((name, bytes) -> classes.put(name, view.show(bytes)));
		if (view.functionsWithoutLines > 0) {
			logger.warn(
					"Debuggers and stack traces show no source lines for {} functions of the module with SHA-256 {},"
							+ " because a class has no more than {} line numbers. Build the module with optimizations.",
					view.functionsWithoutLines, sha256, LARGEST_LINE);
		}
		return new Result(new CompiledClasses(compiled.mainClass(), classes), names.withRows(view::row));
	}

	private int row(int function, int line) {
		ShownRows rows = this.shown.get(function);
		return (rows != null) ? rows.row(line) : 0;
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
		int start = method.lastIndexOf(GeneratedFunctions.PREFIX);
		if (start < 0) {
			return -1;
		}
		String index = method.substring(start + GeneratedFunctions.PREFIX.length());
		return index.matches("[0-9]{1,9}") ? Integer.parseInt(index) : -1;
	}

	private String rename(String method) {
		int function = functionOf(method);
		return (function < 0) ? method
				: this.renamed.computeIfAbsent(method, (key) -> key + "_" + this.names.unqualified(function));
	}

	/** Assigns a line number to each used row of the class's functions. */
	private @Nullable String sourceMap(ClassReader reader) {
		SourceMap map = new SourceMap(generatedName(reader));
		int[] last = { 0 };
		usedRows(reader).forEach((function, used) -> {
			if (last[0] + used.size() > LARGEST_LINE) {
				this.functionsWithoutLines++;
				return;
			}
			ShownRows numbered = new ShownRows(last[0], used.stream().mapToInt(Integer::intValue).toArray());
			this.shown.put(function, numbered);
			last[0] += used.size();
			List<SourceLines.Row> rows = this.lines.rows(function - this.imports);
			for (int number : numbered.rows()) {
				map.add(numbered.line(number), rows.get(number - 1));
			}
		});
		return map.text();
	}

	/** Returns the rows of each function for which the class has bytecode. */
	private SortedMap<Integer, Set<Integer>> usedRows(ClassReader reader) {
		SortedMap<Integer, Set<Integer>> used = new TreeMap<>();
		reader.accept(new ClassVisitor(Opcodes.ASM9) {

			@Override
			public @Nullable MethodVisitor visitMethod(int access, String name, String descriptor,
					@Nullable String signature, String @Nullable [] exceptions) {
				int function = functionOf(name);
				return (function < DebugView.this.imports) ? null : new MethodVisitor(Opcodes.ASM9) {

					@Override
					public void visitLineNumber(int line, Label start) {
						if (line > 0) {
							used.computeIfAbsent(function, (key) -> new TreeSet<>()).add(line);
						}
					}

				};
			}

		}, ClassReader.SKIP_FRAMES);
		return used;
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
			ShownRows rows = DebugView.this.shown.get(this.function);
			int number = (rows != null) ? rows.line(line) : 0;
			if (number > 0) {
				super.visitLineNumber(number, start);
			}
		}

	}

}
