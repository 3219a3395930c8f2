package io.gatewaywasm.host.engine;

import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

import com.dylibso.chicory.compiler.Cache;
import com.dylibso.chicory.compiler.InterpreterFallback;
import com.dylibso.chicory.compiler.MachineFactoryCompiler;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.wasm.WasmModule;
import io.gatewaywasm.host.engine.instructions.CorrectedInterpreter;
import org.jspecify.annotations.Nullable;

/**
 * Compiles modules to JVM bytecode. Nothing else names the compiler, which an application
 * whose modules were compiled earlier can do without.
 */
final class ModuleCompiler {

	/** What is changed in the classes, in this order. */
	private static final List<UnaryOperator<CompiledClasses>> PASSES = List.of(OrderedComparisons::widen,
			CorrectedInstructions::redirect, GuestExceptions::redirect);

	private ModuleCompiler() {
	}

	/**
	 * What compilation made of a module.
	 *
	 * @param machineFactory makes the machine of each instance
	 * @param classes the compiled classes, or {@code null} if the whole module is left to
	 * the interpreter
	 */
	record Result(Function<Instance, Machine> machineFactory, @Nullable CompiledClasses classes) {

	}

	/**
	 * Compile a module.
	 * @param module the parsed module
	 * @param className the name that the main class is to have
	 * @return the compiled classes
	 * @throws ModuleException if it uses something that cannot be run
	 */
	static Result compile(WasmModule module, String className) throws ModuleException {
		CapturingCache capture = new CapturingCache();
		try {
			Function<Instance, Machine> factory = MachineFactoryCompiler.builder(module)
				.withClassName(className)
				.withInterpreterFallback(InterpreterFallback.SILENT)
				.withCache(capture)
				.compile();
			byte[] jar = capture.jar;
			if (jar == null) {
				return new Result(unwrap(factory), null);
			}
			CompiledClasses classes = CompiledClasses.unpack(jar);
			for (UnaryOperator<CompiledClasses> pass : PASSES) {
				classes = pass.apply(classes);
			}
			return new Result(new StoredMachine(classes), classes);
		}
		catch (RuntimeException | AssertionError | LinkageError | StackOverflowError ex) {
			if (isTooLarge(ex)) {
				return new Result(CorrectedInterpreter::new, null);
			}
			throw new ModuleException("The module cannot be compiled: " + ModuleParser.describe(ex)
					+ ". It may use an extension of WebAssembly that this engine does not know.", ex);
		}
		catch (OutOfMemoryError ex) {
			throw new ModuleException("The Java heap or metaspace is too small to compile the module.", ex);
		}
	}

	/** The compiler's own factory insists on the module object that it compiled. */
	private static Function<Instance, Machine> unwrap(Function<Instance, Machine> factory) {
		Object compiled = factory;
		return (compiled instanceof com.dylibso.chicory.runtime.CompiledModule module) ? module.machineFactory()
				: factory;
	}

	private static boolean isTooLarge(Throwable thrown) {
		for (Throwable t = thrown; t != null; t = t.getCause()) {
			if (t.getClass().getSimpleName().endsWith("TooLargeException")) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Receives the classes that the compiler made.
	 */
	private static final class CapturingCache implements Cache {

		private byte @Nullable [] jar;

		@Override
		@SuppressWarnings("NullAway") // Null means that there is none
		public byte @Nullable [] get(String key) {
			return null;
		}

		@Override
		public void putIfAbsent(String key, byte[] data) {
			this.jar = data;
		}

	}

}
