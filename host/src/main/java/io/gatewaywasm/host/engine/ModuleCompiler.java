package io.gatewaywasm.host.engine;

import java.util.EnumSet;
import java.util.Set;
import java.util.function.Function;

import com.dylibso.chicory.compiler.Cache;
import com.dylibso.chicory.compiler.InterpreterFallback;
import com.dylibso.chicory.compiler.MachineFactoryCompiler;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.InterpreterMachine;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.AnnotatedInstruction;
import com.dylibso.chicory.wasm.types.FunctionBody;
import com.dylibso.chicory.wasm.types.OpCode;
import org.jspecify.annotations.Nullable;

/**
 * Parses modules and compiles them to JVM bytecode.
 */
final class ModuleCompiler {

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
	 * Decode and validate a module.
	 * @param wasm the module
	 * @return the parsed module
	 * @throws ModuleException if it is malformed, invalid or too large for the heap
	 */
	static WasmModule parse(byte[] wasm) throws ModuleException {
		try {
			return Parser.parse(wasm);
		}
		catch (RuntimeException | AssertionError | StackOverflowError ex) {
			// On malformed input the parser is not particular about exception types
			throw new ModuleException("The module is invalid: " + describe(ex), ex);
		}
		catch (OutOfMemoryError ex) {
			throw new ModuleException("The Java heap is too small to load the module.", ex);
		}
	}

	/**
	 * Compile a module.
	 * @param module the parsed module
	 * @return the compiled classes
	 * @throws ModuleException if it uses something that cannot be run
	 */
	static Result compile(WasmModule module) throws ModuleException {
		CapturingCache capture = new CapturingCache();
		try {
			Function<Instance, Machine> factory = MachineFactoryCompiler.builder(module)
				.withInterpreterFallback(InterpreterFallback.SILENT)
				.withCache(capture)
				.compile();
			byte[] jar = capture.jar;
			return new Result(unwrap(factory), (jar != null) ? CompiledClasses.unpack(jar) : null);
		}
		catch (RuntimeException | AssertionError | LinkageError | StackOverflowError ex) {
			if (isTooLarge(ex)) {
				return new Result(InterpreterMachine::new, null);
			}
			throw new ModuleException("The module cannot be compiled: " + describe(ex)
					+ ". It may use an extension of WebAssembly that this engine does not know.", ex);
		}
		catch (OutOfMemoryError ex) {
			throw new ModuleException("The Java heap or metaspace is too small to compile the module.", ex);
		}
	}

	/**
	 * Return the instructions that a module uses.
	 * @param module the parsed module, with function bodies
	 * @return each instruction that occurs
	 */
	static Set<OpCode> instructions(WasmModule module) {
		Set<OpCode> used = EnumSet.noneOf(OpCode.class);
		for (int i = 0; i < module.codeSection().functionBodyCount(); i++) {
			FunctionBody body = module.codeSection().getFunctionBody(i);
			for (AnnotatedInstruction instruction : body.instructions()) {
				used.add(instruction.opcode());
			}
		}
		return used;
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

	private static String describe(Throwable thrown) {
		String message = thrown.getMessage();
		if (thrown instanceof ChicoryException && message != null) {
			return message;
		}
		return (thrown instanceof StackOverflowError) ? "it is nested too deeply"
				: "it is malformed (" + thrown.getClass().getSimpleName() + ")";
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
