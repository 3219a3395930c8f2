package io.gatewaywasm.host.engine;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Set;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.OpCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link WasmEngine} that compiles modules to JVM bytecode with Chicory. A function too
 * large for a JVM method is left to Chicory's interpreter, which the
 * {@link CompilationReport} and the log say.
 */
public final class ChicoryEngine implements WasmEngine {

	private static final Logger logger = LoggerFactory.getLogger(ChicoryEngine.class);

	private final EngineOptions options;

	private ChicoryEngine(EngineOptions options) {
		this.options = options;
	}

	/**
	 * Create an engine.
	 * @param options its settings
	 * @return a new engine
	 */
	public static ChicoryEngine create(EngineOptions options) {
		return new ChicoryEngine(options);
	}

	@Override
	public CompiledModule compile(byte[] wasm) throws ModuleException {
		long start = System.nanoTime();
		if (wasm.length > this.options.maximumModuleSize()) {
			throw new ModuleException("The module has " + wasm.length + " bytes, but at most "
					+ this.options.maximumModuleSize() + " are allowed.");
		}
		WasmBinary binary = WasmBinary.of(wasm);
		WasmModule module = ModuleCompiler.parse(wasm);
		ModuleShape shape = ModuleShape.of(module);
		checkInstructions(ModuleCompiler.instructions(module));
		ModuleCompiler.Result compiled = ModuleCompiler.compile(module);
		CompilationReport report = report(start, shape, compiled.classes());
		Traps traps = new Traps(new FunctionNames(FunctionNames.extract(binary), module));
		return new ChicoryModule(sha256(wasm), wasm.length, module, compiled.machineFactory(), shape, traps, report);
	}

	@Override
	public String description() {
		return "Chicory " + EngineVersion.current();
	}

	private static CompilationReport report(long start, ModuleShape shape, CompiledClasses classes) {
		Duration duration = Duration.ofNanos(System.nanoTime() - start);
		if (classes.interpreted() > 0) {
			logger.warn("{} of the module's {} functions are too large to be compiled and run in the interpreter,"
					+ " 10 to 100 times slower", classes.interpreted(), shape.functions());
		}
		return new CompilationReport(duration, false, shape.functions(), classes.interpreted(), classes.hugeMethods());
	}

	/** Objects of the garbage collection proposal live outside the bounded memory. */
	private static void checkInstructions(Set<OpCode> used) throws ModuleException {
		for (OpCode code : used) {
			if (code.name().startsWith("STRUCT_NEW") || code.name().startsWith("ARRAY_NEW") || code == OpCode.REF_I31) {
				throw new ModuleException("The module uses WebAssembly's garbage collection proposal (" + code.name()
						+ "), whose objects no limit would bound: build it without.");
			}
		}
	}

	private static String sha256(byte[] bytes) {
		try {
			return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

}
