package io.gatewaywasm.host.engine;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.UnaryOperator;

import com.dylibso.chicory.compiler.InterpreterFallback;
import com.dylibso.chicory.compiler.internal.Compiler;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.wasm.WasmModule;
import io.gatewaywasm.host.engine.instructions.CorrectedInterpreter;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.MethodTooLargeException;

/**
 * Compiles modules to JVM bytecode. Nothing else names the compiler, which an application
 * whose modules were compiled earlier can do without.
 */
final class ModuleCompiler {

	/** What is changed in the classes, in this order. */
	private static final List<UnaryOperator<CompiledClasses>> PASSES = List.of(OrderedComparisons::widen,
			CorrectedInstructions::redirect, GuestExceptions::redirect);

	/** How often the whole module is compiled. */
	private static final int MAXIMUM_ATTEMPTS = 8;

	/** In the first ones only the function that the compiler names is left out. */
	private static final int SINGLE_ATTEMPTS = 4;

	/** After that many, the limit for methods is halved each time. */
	private static final int ATTEMPTS_BY_SIZE = 6;

	/** Types times functions; a Go module has a million. */
	private static final long MAXIMUM_MATCHES = 200_000_000;

	/** Between two classes the compiler can be stopped. */
	static final int FUNCTIONS_PER_CLASS = 128;

	/** What the compiler calls the method of a function, before the index. */
	private static final String FUNCTION = "func_";

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
	 * @param deadline when to give up
	 * @return the compiled classes
	 * @throws ModuleException if it uses something that cannot be run, or compiling it
	 * takes too long
	 */
	static Result compile(WasmModule module, String className, CompileDeadline deadline) throws ModuleException {
		checkTypes(module);
		try {
			CompiledClasses classes = translate(module, className, deadline);
			if (classes == null) {
				return new Result(CorrectedInterpreter::new, null);
			}
			for (UnaryOperator<CompiledClasses> pass : PASSES) {
				deadline.check();
				classes = pass.apply(classes);
			}
			StoredMachine.verify(classes, deadline);
			return new Result(new StoredMachine(classes), classes);
		}
		catch (CompileDeadline.ExceededException ex) {
			throw new ModuleException(String.valueOf(ex.getMessage()), ex);
		}
		catch (RuntimeException | AssertionError | LinkageError | StackOverflowError ex) {
			throw new ModuleException("The module cannot be compiled: " + ModuleParser.describe(ex)
					+ ". It may use an extension of WebAssembly that this engine does not know.", ex);
		}
		catch (OutOfMemoryError ex) {
			throw new ModuleException("The Java heap or metaspace is too small to compile the module.", ex);
		}
	}

	/** For each type the compiler looks at all functions, between two classes. */
	private static void checkTypes(WasmModule module) throws ModuleException {
		long types = module.typeSection().types().length;
		long functions = (long) module.importSection().importCount() + module.functionSection().functionCount();
		if (types * functions > MAXIMUM_MATCHES) {
			throw new ModuleException("The module has " + types + " types and " + functions
					+ " functions, which takes too long to compile. Build it smaller.");
		}
	}

	/** The compiler names one function that is too large, of possibly many. */
	private static @Nullable CompiledClasses translate(WasmModule module, String className, CompileDeadline deadline)
			throws HeapSpaceException {
		MethodSizes sizes = new MethodSizes(module);
		int limit = MethodSizes.LIMIT + 1;
		Set<Integer> interpreted = new TreeSet<>(sizes.from(limit));
		for (int attempt = 0; attempt < MAXIMUM_ATTEMPTS; attempt++) {
			deadline.check();
			try {
				return translate(module, className, interpreted, deadline);
			}
			catch (RuntimeException ex) {
				if (!isTooLarge(ex)) {
					throw ex;
				}
				int function = tooLargeFunction(ex);
				if (function < 0 || !interpreted.add(function)) {
					return null;
				}
				if (attempt >= SINGLE_ATTEMPTS) {
					// Others of the same size are too large as well, more or less
					limit = Math.min(sizes.of(function), (attempt < ATTEMPTS_BY_SIZE) ? limit : limit / 2);
					interpreted.addAll(sizes.from(limit));
				}
			}
		}
		return null;
	}

	private static CompiledClasses translate(WasmModule module, String className, Set<Integer> interpreted,
			CompileDeadline deadline) {
		Compiler.Builder compiler = Compiler.builder(module)
			.withClassName(className)
			.withMaxFunctionsPerClass(FUNCTIONS_PER_CLASS)
			.withInterpreterFallback(InterpreterFallback.FAIL)
			.withInterpretedFunctions(interpreted)
			.withClassCollectorFactory(() -> new ClassBuffer(deadline));
		return ((ClassBuffer) compiler.build().compile().collector()).toClasses();
	}

	private static int tooLargeFunction(Throwable thrown) {
		for (Throwable t = thrown; t != null; t = t.getCause()) {
			if (t instanceof MethodTooLargeException method && method.getMethodName().startsWith(FUNCTION)) {
				return Integer.parseInt(method.getMethodName().substring(FUNCTION.length()));
			}
		}
		return -1;
	}

	private static boolean isTooLarge(Throwable thrown) {
		for (Throwable t = thrown; t != null; t = t.getCause()) {
			if (t.getClass().getSimpleName().endsWith("TooLargeException")) {
				return true;
			}
		}
		return false;
	}

}
