package io.gatewaywasm.host.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;

import com.dylibso.chicory.wabt.Wat2Wasm;
import com.dylibso.chicory.wasm.WasmModule;
import io.gatewaywasm.host.abi.GuestMemory;
import io.gatewaywasm.host.abi.HostFunction;
import io.gatewaywasm.host.engine.instructions.CorrectedInterpreter;

/**
 * Compiles modules for tests from the text format.
 */
final class Wat {

	static final long MEBIBYTE = 1 << 20;

	static final Linker ZERO = (functionImport) -> (memory, arguments) -> 0;

	private Wat() {
	}

	static byte[] binary(String wat) {
		return Wat2Wasm.parse(wat);
	}

	static CompiledModule compile(String wat) {
		return compile(binary(wat));
	}

	static CompiledModule compile(byte[] wasm) {
		try {
			return ChicoryEngine.create(EngineOptions.defaults()).compile(wasm);
		}
		catch (ModuleException ex) {
			throw new AssertionError(ex);
		}
	}

	/** Compiles a module so that the interpreter executes all of its functions. */
	static CompiledModule interpret(byte[] wasm) {
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

	static ModuleInstance instance(String wat) {
		return instance(wat, (memory, arguments) -> 0);
	}

	static ModuleInstance instance(String wat, HostFunction function) {
		return instance(compile(wat), (functionImport) -> function);
	}

	static ModuleInstance instance(CompiledModule module, Linker linker) {
		try {
			return module.instantiate(linker, 16 * MEBIBYTE);
		}
		catch (ModuleException ex) {
			throw new AssertionError(ex);
		}
	}

	static long call(ModuleInstance instance, String function, long... arguments) {
		GuestFunction guestFunction = instance.function(function);
		if (guestFunction == null) {
			throw new AssertionError("no function " + function);
		}
		return guestFunction.call(arguments);
	}

	static byte[] filter(String name) {
		try (InputStream input = Wat.class.getResourceAsStream("/filters/" + name)) {
			return input.readAllBytes();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static byte[] bytes(GuestMemory memory, int pointer, int length) {
		return memory.read(pointer, length);
	}

}
