package io.gatewaywasm.host.engine.chicory;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;

import com.dylibso.chicory.wabt.Wat2Wasm;
import com.dylibso.chicory.wasm.WasmModule;
import io.gatewaywasm.host.abi.GuestMemory;
import io.gatewaywasm.host.abi.HostFunction;
import io.gatewaywasm.host.engine.CompilationReport;
import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.engine.EngineOptions;
import io.gatewaywasm.host.engine.GuestFunction;
import io.gatewaywasm.host.engine.Linker;
import io.gatewaywasm.host.engine.ModuleException;
import io.gatewaywasm.host.engine.ModuleInstance;
import io.gatewaywasm.host.engine.binary.FunctionNames;
import io.gatewaywasm.host.engine.binary.ModuleParser;
import io.gatewaywasm.host.engine.binary.ModuleShape;
import io.gatewaywasm.host.engine.binary.SourceLines;
import io.gatewaywasm.host.engine.instructions.CorrectedInterpreter;

/**
 * Compiles modules for tests from the text format.
 */
public final class TestModules {

	public static final long MEBIBYTE = 1 << 20;

	public static final Linker ZERO = (functionImport) -> (memory, arguments) -> 0;

	private TestModules() {
	}

	public static byte[] binary(String wat) {
		return Wat2Wasm.parse(wat);
	}

	public static CompiledModule compile(String wat) {
		return compile(binary(wat));
	}

	public static CompiledModule compile(byte[] wasm) {
		try {
			return ChicoryEngine.create(EngineOptions.defaults()).compile(wasm);
		}
		catch (ModuleException ex) {
			throw new AssertionError(ex);
		}
	}

	/** Compiles a module so that the interpreter executes all of its functions. */
	public static CompiledModule interpret(byte[] wasm) {
		try {
			WasmModule module = InterpretedBodies.correct(ModuleParser.parse(wasm));
			CompilationReport report = new CompilationReport(Duration.ZERO, false, 1, 1, 0);
			return new ChicoryModule("", wasm.length, module, CorrectedInterpreter::new, ModuleShape.of(module), "",
					new Traps(new FunctionNames(new byte[0], new SourceLines(new byte[0]), module)), report);
		}
		catch (ModuleException ex) {
			throw new AssertionError(ex);
		}
	}

	public static ModuleInstance instance(String wat) {
		return instance(wat, (memory, arguments) -> 0);
	}

	public static ModuleInstance instance(String wat, HostFunction function) {
		return instance(compile(wat), (functionImport) -> function);
	}

	public static ModuleInstance instance(CompiledModule module, Linker linker) {
		try {
			return module.instantiate(linker, 16 * MEBIBYTE);
		}
		catch (ModuleException ex) {
			throw new AssertionError(ex);
		}
	}

	public static long call(ModuleInstance instance, String function, long... arguments) {
		GuestFunction guestFunction = instance.function(function);
		if (guestFunction == null) {
			throw new AssertionError("no function " + function);
		}
		return guestFunction.call(arguments);
	}

	public static byte[] filter(String name) {
		try (InputStream input = TestModules.class.getResourceAsStream("/filters/" + name)) {
			return input.readAllBytes();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public static byte[] bytes(GuestMemory memory, int pointer, int length) {
		return memory.read(pointer, length);
	}

}
