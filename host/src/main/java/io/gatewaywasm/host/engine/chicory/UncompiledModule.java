package io.gatewaywasm.host.engine.chicory;

import java.time.Duration;
import java.util.function.Function;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.wasm.WasmModule;
import io.gatewaywasm.host.engine.CompilationReport;
import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.engine.ModuleException;
import io.gatewaywasm.host.engine.binary.FunctionNames;
import io.gatewaywasm.host.engine.binary.ModuleParser;
import io.gatewaywasm.host.engine.binary.ModuleShape;
import io.gatewaywasm.host.engine.binary.RuntimeModule;
import io.gatewaywasm.host.engine.binary.SourceLines;
import io.gatewaywasm.host.engine.binary.WasmBinary;
import io.gatewaywasm.host.engine.cache.CacheEntry;
import io.gatewaywasm.host.engine.cache.ModuleFacts;

/**
 * A module to be compiled or loaded, and how its stored or compiled form becomes a
 * {@link CompiledModule}. {@code start} is the time at which the compilation was
 * requested.
 */
record UncompiledModule(WasmBinary binary, String sha256, long start) {

	/** Validation adds data to function bodies that the interpreter needs. */
	CompiledModule toModule(CacheEntry entry, Function<Instance, Machine> machineFactory, boolean cached)
			throws ModuleException {
		WasmModule module = parse(entry);
		return toModule(module, machineFactory,
				new FunctionNames(entry.names(), new SourceLines(entry.lines()), module), entry.facts(), cached);
	}

	/** Creates the module with the names and lines that a debugger shows. */
	CompiledModule toDebugged(CacheEntry entry, boolean cached) throws ModuleException {
		WasmModule module = parse(entry);
		SourceLines lines = new SourceLines(entry.lines());
		DebugView.Result view = DebugView.of(entry.classes(), new FunctionNames(entry.names(), lines, module), lines,
				module.importSection().importCount(), this.sha256);
		return toModule(module, new StoredMachine(view.classes()), view.names(), entry.facts(), cached);
	}

	private static WasmModule parse(CacheEntry entry) throws ModuleException {
		return (entry.facts().interpreted() > 0) ? InterpretedBodies.correct(ModuleParser.parseAgain(entry.module()))
				: RuntimeModule.parse(entry.module());
	}

	CompiledModule toModule(WasmModule module, Function<Instance, Machine> machineFactory, FunctionNames names,
			ModuleFacts facts, boolean cached) throws ModuleException {
		ModuleShape shape = ModuleShape.of(module);
		Traps traps = new Traps(names);
		CompilationReport report = new CompilationReport(Duration.ofNanos(System.nanoTime() - this.start), cached,
				facts.functions(), facts.interpreted(), facts.hugeMethods());
		return new ChicoryModule(this.sha256, this.binary.bytes().length, module, machineFactory, shape,
				facts.obstacle(), traps, report);
	}

}
