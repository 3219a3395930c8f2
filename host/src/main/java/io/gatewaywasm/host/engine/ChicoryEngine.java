package io.gatewaywasm.host.engine;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Set;
import java.util.function.Function;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.OpCode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link WasmEngine} that compiles modules to JVM bytecode with Chicory. A function too
 * large for a JVM method is left to Chicory's interpreter, which the
 * {@link CompilationReport} and the log say. Compiled modules can be kept in a directory
 * and are then loaded instead.
 */
public final class ChicoryEngine implements WasmEngine {

	private static final Logger logger = LoggerFactory.getLogger(ChicoryEngine.class);

	private final EngineOptions options;

	private final @Nullable CompilationCache cache;

	private ChicoryEngine(EngineOptions options) {
		this.options = options;
		this.cache = CompilationCache.open(options);
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
		Source source = new Source(binary, sha256(wasm), start);
		CompiledModule loaded = load(source);
		return (loaded != null) ? loaded : compile(source);
	}

	@Override
	public String description() {
		return "Chicory " + EngineVersion.current();
	}

	private @Nullable CompiledModule load(Source source) {
		CacheEntry entry = (this.cache != null) ? this.cache.get(source.sha256()) : null;
		if (this.cache == null || entry == null) {
			return null;
		}
		try {
			WasmModule module = parse(entry.module(), entry.facts());
			return source.toModule(module, new StoredMachine(entry.classes()), entry.names(), entry.facts(), true);
		}
		catch (ModuleException | RuntimeException | LinkageError ex) {
			this.cache.discard(source.sha256(), ex);
			return null;
		}
	}

	private CompiledModule compile(Source source) throws ModuleException {
		byte[] wasm = source.binary().bytes();
		WasmModule module = ModuleCompiler.parse(wasm);
		ModuleShape shape = ModuleShape.of(module);
		Set<OpCode> used = ModuleCompiler.instructions(module);
		ModuleFacts.checkBounded(used);
		ModuleCompiler.Result compiled = ModuleCompiler.compile(module);
		ModuleFacts facts = ModuleFacts.of(module, used, compiled.classes());
		warn(facts);
		byte[] names = FunctionNames.extract(source.binary());
		CompiledClasses classes = compiled.classes();
		if (classes == null) {
			return source.toModule(module, compiled.machineFactory(), names, facts, false);
		}
		byte[] stripped = StrippedModule.strip(source.binary(), shape, used, classes.findInterpreted());
		if (this.cache != null) {
			this.cache.put(source.sha256(), new CacheEntry(facts, names, stripped, classes));
		}
		return source.toModule(parse(stripped, facts), compiled.machineFactory(), names, facts, false);
	}

	/** The interpreter needs what validation adds to the bodies that it runs. */
	private static WasmModule parse(byte[] stripped, ModuleFacts facts) throws ModuleException {
		return (facts.interpreted() > 0) ? ModuleCompiler.parse(stripped) : StrippedModule.parse(stripped);
	}

	private static void warn(ModuleFacts facts) {
		if (facts.interpreted() > 0) {
			logger.warn("{} of the module's {} functions are too large to be compiled and run in the interpreter,"
					+ " 10 to 100 times slower", facts.interpreted(), facts.functions());
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

	/**
	 * What a compilation starts from.
	 *
	 * @param binary the module
	 * @param sha256 its digest
	 * @param start when it was handed over
	 */
	private record Source(WasmBinary binary, String sha256, long start) {

		CompiledModule toModule(WasmModule module, Function<Instance, Machine> machineFactory, byte[] names,
				ModuleFacts facts, boolean cached) throws ModuleException {
			ModuleShape shape = ModuleShape.of(module);
			Traps traps = new Traps(new FunctionNames(names, module));
			CompilationReport report = new CompilationReport(Duration.ofNanos(System.nanoTime() - this.start), cached,
					facts.functions(), facts.interpreted(), facts.hugeMethods());
			return new ChicoryModule(this.sha256, this.binary.bytes().length, module, machineFactory, shape,
					facts.obstacle(), traps, report);
		}

	}

}
