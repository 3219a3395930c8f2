package io.gatewaywasm.host.engine.chicory;

import java.time.Duration;
import java.util.Set;
import java.util.function.Function;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.OpCode;
import io.gatewaywasm.host.engine.ModuleException;
import io.gatewaywasm.host.engine.binary.FunctionNames;
import io.gatewaywasm.host.engine.binary.InterpreterBounds;
import io.gatewaywasm.host.engine.binary.ModuleBounds;
import io.gatewaywasm.host.engine.binary.ModuleParser;
import io.gatewaywasm.host.engine.binary.ModuleShape;
import io.gatewaywasm.host.engine.binary.SourceLines;
import io.gatewaywasm.host.engine.binary.RuntimeModule;
import io.gatewaywasm.host.engine.binary.WasmBinary;
import io.gatewaywasm.host.engine.cache.CacheEntry;
import io.gatewaywasm.host.engine.cache.CompiledClasses;
import io.gatewaywasm.host.engine.cache.ModuleFacts;
import org.jspecify.annotations.Nullable;

/**
 * The result of compiling a module. {@code module} is the parsed module, with function
 * bodies. {@code machineFactory} creates the machine of each instance. {@code entry} is
 * the form to store, or {@code null} if the whole module runs in the interpreter.
 */
record Compilation(WasmModule module, Function<Instance, Machine> machineFactory, ModuleFacts facts, byte[] names,
		byte[] lines, @Nullable CacheEntry entry) {

	/**
	 * Compiles a module, given that its size was checked and heap was reserved for it.
	 * The timeout limits the CPU time.
	 */
	static Compilation of(WasmBinary binary, String className, Duration timeout) throws ModuleException {
		CompileDeadline deadline = CompileDeadline.after(timeout);
		WasmModule module = ModuleParser.parse(binary.bytes());
		ModuleShape shape = ModuleShape.of(module);
		Set<OpCode> used = ModuleParser.instructions(module);
		ModuleBounds.check(module, used);
		byte[] names = FunctionNames.extract(binary);
		byte[] lines = SourceLines.extract(binary);
		FunctionNames described = new FunctionNames(names, new SourceLines(lines), module);
		ModuleCompiler.Result compiled = ModuleCompiler.compile(module, className, deadline, described,
				(lines.length > 0)
						? new LineNumbers(module, new SourceLines(lines), binary.contentStart(WasmBinary.CODE)) : null);
		CompiledClasses classes = compiled.classes();
		Set<Integer> interpreted = (classes != null) ? CompiledFunctions.findInterpreted(classes)
				: shape.definedFunctions();
		InterpreterBounds.check(module, interpreted);
		ModuleFacts facts = facts(module, used, interpreted.size(), classes);
		CacheEntry entry = null;
		if (classes != null) {
			byte[] stripped = RuntimeModule.strip(binary, shape, used, interpreted);
			entry = new CacheEntry(facts, names, lines, stripped, classes);
		}
		return new Compilation(module, compiled.machineFactory(), facts, names, lines, entry);
	}

	private static ModuleFacts facts(WasmModule module, Set<OpCode> used, int interpreted,
			@Nullable CompiledClasses classes) {
		int hugeMethods = (classes != null) ? CompiledFunctions.countHugeMethods(classes) : 0;
		return new ModuleFacts(module.functionSection().functionCount(), interpreted, hugeMethods,
				RestoreObstacle.of(module, used, interpreted));
	}

}
