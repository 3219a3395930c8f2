package io.gatewaywasm.host.engine;

import java.time.Duration;
import java.util.Set;
import java.util.function.Function;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.OpCode;
import org.jspecify.annotations.Nullable;

/**
 * A module that has just been compiled.
 *
 * @param module the parsed module, with function bodies
 * @param machineFactory makes the machine of each instance
 * @param facts what was learned
 * @param names its encoded function names
 * @param entry what can be kept, or {@code null} if nothing could be compiled and all is
 * left to the interpreter
 */
record Compilation(WasmModule module, Function<Instance, Machine> machineFactory, ModuleFacts facts, byte[] names,
		@Nullable CacheEntry entry) {

	/**
	 * Compile a module, for which the heap has been claimed.
	 * @param binary the module, within the bounds that can be told without parsing
	 * @param className the name that the main class is to have
	 * @param timeout the CPU time that compiling may take
	 * @return the outcome
	 * @throws ModuleException if it is not a module that can run here
	 */
	static Compilation of(WasmBinary binary, String className, Duration timeout) throws ModuleException {
		CompileDeadline deadline = CompileDeadline.after(timeout);
		WasmModule module = ModuleParser.parse(binary.bytes());
		ModuleShape shape = ModuleShape.of(module);
		Set<OpCode> used = ModuleParser.instructions(module);
		ModuleBounds.check(module, used);
		ModuleCompiler.Result compiled = ModuleCompiler.compile(module, className, deadline);
		CompiledClasses classes = compiled.classes();
		Set<Integer> interpreted = (classes != null) ? CompiledFunctions.findInterpreted(classes)
				: shape.definedFunctions();
		ModuleBounds.checkInterpreted(module, interpreted);
		ModuleFacts facts = ModuleFacts.of(module, used, compiled.classes());
		byte[] names = FunctionNames.extract(binary);
		CacheEntry entry = null;
		if (classes != null) {
			byte[] stripped = StrippedModule.strip(binary, shape, used, interpreted);
			entry = new CacheEntry(facts, names, stripped, classes);
		}
		return new Compilation(module, compiled.machineFactory(), facts, names, entry);
	}

}
