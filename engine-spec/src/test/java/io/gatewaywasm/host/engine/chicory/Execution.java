package io.gatewaywasm.host.engine.chicory;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import com.dylibso.chicory.wasm.WasmModule;
import io.gatewaywasm.host.engine.CompilationReport;
import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.engine.EngineOptions;
import io.gatewaywasm.host.engine.ModuleException;
import io.gatewaywasm.host.engine.binary.FunctionNames;
import io.gatewaywasm.host.engine.binary.ModuleParser;
import io.gatewaywasm.host.engine.binary.ModuleShape;
import io.gatewaywasm.host.engine.binary.SourceLines;
import io.gatewaywasm.host.engine.instructions.CorrectedInterpreter;

/**
 * The ways to execute the functions of a module.
 */
enum Execution {

	/** Compiled classes at their first calls, interpreted by the JVM. */
	COLD,

	/** Compiled classes after enough calls for HotSpot's C2 to have compiled them. */
	HOT,

	/** The interpreter, which executes functions that are too large for the JVM. */
	INTERPRETED;

	/** Hot code needs JVM options that slow down the other executions. */
	private static final List<String> SELECTED = List
		.of(System.getProperty("engine-spec.executions", "COLD,HOT,INTERPRETED").split(","));

	private static final ChicoryEngine ENGINE = ChicoryEngine.create(EngineOptions.defaults());

	/** Returns the executions that this JVM runs. */
	static Set<Execution> selected() {
		Set<Execution> selected = new TreeSet<>();
		SELECTED.forEach((name) -> selected.add(valueOf(name)));
		return selected;
	}

	/**
	 * Compiles a module. A module for the interpreter must compile too, because the
	 * engine accepts no other modules.
	 */
	static CompiledModule compile(byte[] wasm) throws ModuleException {
		return ENGINE.compile(wasm);
	}

	/**
	 * Returns the module in the form for this execution. {@code compiled} is the result
	 * of {@link #compile}.
	 */
	CompiledModule module(byte[] wasm, CompiledModule compiled) throws ModuleException {
		if (this != INTERPRETED) {
			return compiled;
		}
		WasmModule module = InterpretedBodies.correct(ModuleParser.parse(wasm));
		CompilationReport report = new CompilationReport(Duration.ZERO, false, 0, 0, 0);
		return new ChicoryModule(compiled.sha256(), wasm.length, module, CorrectedInterpreter::new,
				ModuleShape.of(module), "",
				new Traps(new FunctionNames(new byte[0], new SourceLines(new byte[0]), module)), report);
	}

}
