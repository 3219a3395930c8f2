package io.gatewaywasm.host.engine.chicory;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.dylibso.chicory.wasm.WasmModule;
import io.gatewaywasm.host.engine.cache.CompiledClasses;
import io.gatewaywasm.host.engine.heap.JavaHeap;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassTooLargeException;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.MethodTooLargeException;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * Applies all changes to the generated classes in one pass over each class: corrections
 * of compiler faults, and rewrites that let HotSpot generate faster code.
 */
final class ClassPasses {

	/** Suffix of the helper class that the compiler generates next to its main class. */
	private static final String HELPER = "Shaded";

	private final String main;

	private final String helper;

	private final boolean direct;

	private final @Nullable LineNumbers lines;

	private ClassPasses(String main, boolean direct, @Nullable LineNumbers lines) {
		this.main = main.replace('.', '/');
		this.helper = this.main + HELPER;
		this.direct = direct;
		this.lines = lines;
	}

	/**
	 * Returns the passes for a module. Without {@code lines}, methods get no line
	 * numbers.
	 */
	static ClassPasses of(WasmModule module, String mainClass, @Nullable LineNumbers lines) {
		// All state that is accessed without a call is accessed through the memory
		boolean memory = module.memorySection().map((section) -> section.memoryCount() > 0).orElse(false);
		return new ClassPasses(mainClass, memory, lines);
	}

	/** Returns the changed classes, or fails when the deadline passes. */
	CompiledClasses apply(CompiledClasses compiled, CompileDeadline deadline) {
		if (!compiled.classes().containsKey(this.helper.replace('/', '.'))) {
			throw new IllegalStateException("The compiler made no class " + this.helper);
		}
		Map<String, byte[]> classes = new LinkedHashMap<>();
		compiled.classes().forEach((name, bytes) -> {
			deadline.check();
			classes.put(name, apply(bytes, deadline));
		});
		return new CompiledClasses(compiled.mainClass(), classes);
	}

	private byte[] apply(byte[] bytes, CompileDeadline deadline) {
		boolean longer = true;
		boolean more = true;
		while (true) {
			try {
				return apply(bytes, deadline, longer, more);
			}
			catch (MethodTooLargeException ex) {
				if (!longer) {
					throw ex;
				}
				longer = false;
			}
			catch (ClassTooLargeException ex) {
				// The names of the additional methods do not fit into the constant pool
				if (!more) {
					throw ex;
				}
				more = false;
			}
		}
	}

	private byte[] apply(byte[] bytes, CompileDeadline deadline, boolean longer, boolean more) {
		ClassReader reader = new ClassReader(bytes);
		ClassWriter writer = new ClassWriter(0);
		reader.accept(new Passes(writer, reader.getClassName(), deadline, longer, more), ClassReader.EXPAND_FRAMES);
		if (reader.getClassName().equals(this.helper)) {
			WideComparisons.define(writer);
		}
		return writer.toByteArray();
	}

	private final class Passes extends ClassVisitor {

		private final String name;

		private final CompileDeadline deadline;

		/** Whether methods close to the JVM's size limit may become larger. */
		private final boolean longer;

		/** Whether functions may become several methods. */
		private final boolean more;

		private Passes(ClassVisitor next, String name, CompileDeadline deadline, boolean longer, boolean more) {
			super(Opcodes.ASM9, next);
			this.name = name;
			this.deadline = deadline;
			this.longer = longer;
			this.more = more;
		}

		@Override
		public FieldVisitor visitField(int access, String field, String descriptor, @Nullable String signature,
				@Nullable Object value) {
			return super.visitField(access, field, CorrectedInstructions.redirectType(descriptor), signature, value);
		}

		@Override
		public MethodVisitor visitMethod(int access, String method, String descriptor, @Nullable String signature,
				String @Nullable [] exceptions) {
			ClassPasses passes = ClassPasses.this;
			String type = passes.direct ? DirectMemoryTypes.redirect(descriptor) : descriptor;
			MethodVisitor visitor = new MethodNode(Opcodes.ASM9, access, method, type, signature, exceptions) {

				@Override
				public void visitEnd() {
					finish(this);
				}

			};
			if (passes.direct) {
				visitor = DirectMemoryTypes.redirect(visitor, passes.main);
			}
			if (this.name.equals(passes.helper)) {
				visitor = StacklessExceptions.redirect(visitor);
			}
			return WideComparisons.redirect(CorrectedInstructions.redirect(visitor), passes.helper);
		}

		private void finish(MethodNode method) {
			this.deadline.check();
			if (method.name.startsWith(GeneratedFunctions.PREFIX)) {
				finishFunction(method);
				return;
			}
			List<MethodNode> more = DispatchTables.split(method, this.name);
			accept(method, Map.of());
			more.forEach((further) -> accept(further, Map.of()));
		}

		private void finishFunction(MethodNode method) {
			ClassPasses passes = ClassPasses.this;
			Map<AbstractInsnNode, Integer> rows = new HashMap<>();
			if (passes.lines != null) {
				rows.putAll(passes.lines.find(method));
			}
			JumpThreading.thread(method, passes.helper, this.deadline);
			MethodNode resumed = this.more ? ContinuationSplit.separate(method, this.name, passes.helper, rows) : null;
			if (resumed != null) {
				shorten(resumed, rows);
			}
			shorten(method, rows);
		}

		private void shorten(MethodNode method, Map<AbstractInsnNode, Integer> rows) {
			ClassPasses passes = ClassPasses.this;
			ShorterCode.shorten(method, passes.helper, passes.direct, this.longer);
			List<MethodNode> parts = this.more ? MethodParts.split(method, this.name, this.deadline, JavaHeap.current())
					: List.of();
			accept(method, rows);
			parts.forEach((part) -> accept(part, rows));
		}

		private void accept(MethodNode method, Map<AbstractInsnNode, Integer> rows) {
			LineNumbers.insert(method, rows);
			method.accept(this.cv);
		}

	}

}
