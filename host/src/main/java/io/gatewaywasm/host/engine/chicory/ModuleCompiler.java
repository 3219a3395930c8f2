package io.gatewaywasm.host.engine.chicory;

import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

import com.dylibso.chicory.compiler.InterpreterFallback;
import com.dylibso.chicory.compiler.internal.Compiler;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.wasm.WasmModule;
import io.gatewaywasm.host.engine.ModuleException;
import io.gatewaywasm.host.engine.binary.FunctionNames;
import io.gatewaywasm.host.engine.binary.ModuleParser;
import io.gatewaywasm.host.engine.cache.CompiledClasses;
import io.gatewaywasm.host.engine.instructions.CorrectedInterpreter;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassTooLargeException;
import org.objectweb.asm.MethodTooLargeException;

/**
 * Compiles modules to JVM bytecode. Only this class and its {@link ClassBuffer} refer to
 * Chicory's compiler, so an application whose modules were compiled at build time does
 * not need the compiler.
 */
final class ModuleCompiler {

	/** The maximum number of times that the whole module is compiled. */
	private static final int MAXIMUM_ATTEMPTS = 8;

	/**
	 * In this many attempts, only the function that the compiler reports as too large
	 * moves to the interpreter.
	 */
	private static final int SINGLE_ATTEMPTS = 4;

	/** After this many attempts, the size limit for methods is halved each time. */
	private static final int ATTEMPTS_BY_SIZE = 6;

	/** Limit for types times functions. A Go module has a million. */
	private static final long MAXIMUM_MATCHES = 200_000_000;

	private ModuleCompiler() {
	}

	/**
	 * The result of compiling a module. {@code machineFactory} creates the machine of
	 * each instance. {@code classes} has the generated classes, or {@code null} if the
	 * whole module runs in the interpreter.
	 */
	record Result(Function<Instance, Machine> machineFactory, @Nullable CompiledClasses classes) {

	}

	/**
	 * Compiles a parsed module. Fails if it uses an unsupported feature or takes too
	 * long. The message uses {@code names}.
	 */
	static Result compile(WasmModule module, String className, CompileDeadline deadline, FunctionNames names,
			@Nullable LineNumbers lines) throws ModuleException {
		checkTypes(module);
		try {
			CompiledClasses classes = translate(module, className, deadline);
			if (classes == null) {
				return new Result(CorrectedInterpreter::new, null);
			}
			classes = ClassPasses.of(module, classes.mainClass(), lines).apply(classes, deadline);
			StoredMachine.verify(classes, deadline);
			return new Result(new StoredMachine(classes), classes);
		}
		catch (CompileDeadline.ExceededException ex) {
			throw new ModuleException(String.valueOf(ex.getMessage()), ex);
		}
		catch (RuntimeException | AssertionError | LinkageError | StackOverflowError ex) {
			throw new ModuleException("The module cannot be compiled: " + RejectedMethodFinder.describe(ex, names)
					+ ModuleParser.describe(ex)
					+ ". It may use an extension of WebAssembly that this engine does not know.", ex);
		}
		catch (OutOfMemoryError ex) {
			throw new ModuleException("The Java heap or metaspace is too small to compile the module.", ex);
		}
	}

	/**
	 * Limits the work that the compiler does without an interruption: between two
	 * classes, it visits all functions for each type.
	 */
	private static void checkTypes(WasmModule module) throws ModuleException {
		long types = module.typeSection().types().length;
		long functions = (long) module.importSection().importCount() + module.functionSection().functionCount();
		if (types * functions > MAXIMUM_MATCHES) {
			throw new ModuleException("The module has " + types + " types and " + functions
					+ " functions, which takes too long to compile. Make the module smaller.");
		}
	}

	/**
	 * Compiles the module, and retries with more functions in the interpreter while one
	 * is too large: of all functions that are too large, the compiler reports only one.
	 * Returns {@code null} if no attempt succeeds.
	 */
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
					// Functions of about the same size are also too large
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
			.withMaxFunctionsPerClass(GeneratedFunctions.PER_CLASS)
			.withInterpreterFallback(InterpreterFallback.FAIL)
			.withInterpretedFunctions(interpreted)
			.withClassCollectorFactory(() -> new ClassBuffer(deadline));
		return ((ClassBuffer) compiler.build().compile().collector()).toClasses();
	}

	private static int tooLargeFunction(Throwable thrown) {
		for (Throwable t = thrown; t != null; t = t.getCause()) {
			if (t instanceof MethodTooLargeException method
					&& method.getMethodName().startsWith(GeneratedFunctions.PREFIX)) {
				return Integer.parseInt(method.getMethodName().substring(GeneratedFunctions.PREFIX.length()));
			}
		}
		return -1;
	}

	private static boolean isTooLarge(Throwable thrown) {
		for (Throwable t = thrown; t != null; t = t.getCause()) {
			if (t instanceof MethodTooLargeException || t instanceof ClassTooLargeException) {
				return true;
			}
		}
		return false;
	}

}
