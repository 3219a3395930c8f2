package io.gatewaywasm.host.engine;

import java.time.Duration;

import com.dylibso.chicory.wasm.WasmModule;
import io.gatewaywasm.host.engine.instructions.CorrectedInterpreter;

/**
 * Who executes the functions of a module.
 */
enum Execution {

	/** The compiled classes, as they are first called: the JVM interprets them. */
	COLD,

	/** The compiled classes after so many calls that HotSpot's C2 has compiled them. */
	HOT,

	/** The interpreter that functions are left to that are too large for the JVM. */
	INTERPRETED;

	private static final ChicoryEngine ENGINE = ChicoryEngine.create(EngineOptions.defaults());

	/**
	 * Compiles a module. Each of them must compile, also where the interpreter then
	 * executes it: the engine accepts nothing else.
	 * @param wasm the module
	 * @return the compiled module
	 * @throws ModuleException if the engine refuses it
	 */
	static CompiledModule compile(byte[] wasm) throws ModuleException {
		return ENGINE.compile(wasm);
	}

	/**
	 * Returns a module as it is to be executed.
	 * @param wasm the module
	 * @param compiled what {@link #compile} made of it
	 * @return the module
	 * @throws ModuleException if the engine refuses it
	 */
	CompiledModule module(byte[] wasm, CompiledModule compiled) throws ModuleException {
		if (this != INTERPRETED) {
			return compiled;
		}
		WasmModule module = InterpretedBodies.correct(ModuleParser.parse(wasm));
		CompilationReport report = new CompilationReport(Duration.ZERO, false, 0, 0, 0);
		return new ChicoryModule(compiled.sha256(), wasm.length, module, CorrectedInterpreter::new,
				ModuleShape.of(module), "", new Traps(new FunctionNames(new byte[0], module)), report);
	}

}
