package io.gatewaywasm.host.engine.chicory;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Function;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.wasm.WasmModule;
import io.gatewaywasm.host.engine.CompilationReport;
import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.engine.EngineOptions;
import io.gatewaywasm.host.engine.ModuleBytes;
import io.gatewaywasm.host.engine.ModuleException;
import io.gatewaywasm.host.engine.PrecompiledModule;
import io.gatewaywasm.host.engine.WasmEngine;
import io.gatewaywasm.host.engine.binary.EngineVersion;
import io.gatewaywasm.host.engine.binary.FunctionNames;
import io.gatewaywasm.host.engine.binary.ModuleBounds;
import io.gatewaywasm.host.engine.binary.ModuleParser;
import io.gatewaywasm.host.engine.binary.ModuleShape;
import io.gatewaywasm.host.engine.binary.SourceLines;
import io.gatewaywasm.host.engine.binary.RuntimeModule;
import io.gatewaywasm.host.engine.binary.WasmBinary;
import io.gatewaywasm.host.engine.cache.CacheEntry;
import io.gatewaywasm.host.engine.cache.CompilationCache;
import io.gatewaywasm.host.engine.cache.ModuleFacts;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link WasmEngine} that compiles modules to JVM bytecode with Chicory. A function
 * that is too large for a JVM method runs in Chicory's interpreter, which the
 * {@link CompilationReport} and the log report. Modules that are in the cache directory,
 * or that were {@linkplain PrecompiledModule compiled at build time}, are loaded without
 * compiling them again.
 */
final class ChicoryEngine implements WasmEngine {

	private static final Logger logger = LoggerFactory.getLogger(ChicoryEngine.class);

	private static final String COMPILER = "com.dylibso.chicory.compiler.MachineFactoryCompiler";

	private static final String NATIVE_IMAGE = "org.graalvm.nativeimage.imagecode";

	/** Like all generated classes, it must be in Chicory's package. */
	private static final String CLASS_NAME = "com.dylibso.chicory.$gen.CompiledMachine";

	private final EngineOptions options;

	private final PrecompiledModules precompiled;

	private final @Nullable CompilationCache cache;

	private ChicoryEngine(EngineOptions options) {
		this.options = options;
		this.precompiled = PrecompiledModules.of(options);
		this.cache = CompilationCache.open(options);
	}

	static ChicoryEngine create(EngineOptions options) {
		return new ChicoryEngine(options);
	}

	@Override
	public CompiledModule compile(ModuleBytes bytes) throws ModuleException {
		Source source = source(bytes);
		CompiledModule loaded = loadPrecompiled(source);
		if (loaded == null) {
			loaded = load(source);
		}
		return (loaded != null) ? loaded : compile(source);
	}

	@Override
	public PrecompiledModule precompile(byte[] wasm) throws ModuleException {
		Source source = source(ModuleBytes.of(wasm));
		long locals = ModuleBounds.check(source.binary());
		return withHeap(source.binary(), locals, () -> precompile(source));
	}

	private PrecompiledModule precompile(Source source) throws ModuleException {
		Compilation compilation = Compilation.of(source.binary(), PrecompiledModules.className(source.sha256()),
				this.options.compileTimeout());
		warn(compilation.facts());
		CacheEntry entry = compilation.entry();
		if (entry == null) {
			throw new ModuleException("The module is too large to be compiled.");
		}
		return PrecompiledModules.encode(source.sha256(), entry);
	}

	@Override
	public String description() {
		return "Chicory " + EngineVersion.current();
	}

	/**
	 * The claim covers the whole work, because the parsed module can stay reachable until
	 * the work returns.
	 */
	private <T> T withHeap(WasmBinary binary, long locals, Work<T> work) throws ModuleException {
		CompilationHeap.Claim claim = CompilationHeap.current().claim(binary, locals, this.options.compileTimeout());
		try {
			return work.run();
		}
		finally {
			claim.close();
		}
	}

	private Source source(ModuleBytes module) throws ModuleException {
		long start = System.nanoTime();
		int size = module.bytes().length;
		if (size > this.options.maximumModuleSize()) {
			throw new ModuleException("The module has " + size + " bytes, but at most "
					+ this.options.maximumModuleSize() + " are allowed.");
		}
		return new Source(WasmBinary.of(module.bytes()), module.sha256(), start);
	}

	private @Nullable CompiledModule loadPrecompiled(Source source) throws HeapSpaceException {
		try {
			CacheEntry entry = this.precompiled.find(source.sha256());
			if (entry == null) {
				return null;
			}
			return withHeap(WasmBinary.of(entry.module()), 0, () -> source.toModule(entry,
					new StoredMachine(this.precompiled.classLoader(), entry.classes()), true));
		}
		catch (HeapSpaceException ex) {
			throw ex;
		}
		catch (IOException | ModuleException | RuntimeException | LinkageError ex) {
			logger.warn("The classes of module {} that were compiled at build time cannot be used: {}", source.sha256(),
					ex.toString());
			return null;
		}
	}

	private @Nullable CompiledModule load(Source source) throws HeapSpaceException {
		CacheEntry entry = (this.cache != null) ? this.cache.get(source.sha256()) : null;
		if (this.cache == null || entry == null) {
			return null;
		}
		try {
			return withHeap(WasmBinary.of(entry.module()), 0,
					() -> DebugView.isEnabled() ? source.toDebugged(entry, true)
							: source.toModule(entry, new StoredMachine(entry.classes()), true));
		}
		catch (HeapSpaceException ex) {
			throw ex;
		}
		catch (ModuleException | RuntimeException | LinkageError ex) {
			this.cache.discard(source.sha256(), ex);
			return null;
		}
	}

	private CompiledModule compile(Source source) throws ModuleException {
		if (!canCompile()) {
			throw new ModuleException("The module with the SHA-256 " + source.sha256()
					+ " was not compiled at build time, and the run time has no compiler. Let the build compile"
					+ " exactly this file, or add com.dylibso.chicory:compiler to the class path of a JVM.");
		}
		long locals = ModuleBounds.check(source.binary());
		return withHeap(source.binary(), locals, () -> compileWithHeap(source));
	}

	private CompiledModule compileWithHeap(Source source) throws ModuleException {
		Compilation compilation = Compilation.of(source.binary(), CLASS_NAME, this.options.compileTimeout());
		warn(compilation.facts());
		CacheEntry entry = compilation.entry();
		if (entry == null) {
			return source.toModule(InterpretedBodies.correct(compilation.module()), compilation.machineFactory(),
					new FunctionNames(compilation.names(), new SourceLines(compilation.lines()), compilation.module()),
					compilation.facts(), false);
		}
		if (this.cache != null) {
			this.cache.put(source.sha256(), entry);
		}
		return DebugView.isEnabled() ? source.toDebugged(entry, false)
				: source.toModule(entry, compilation.machineFactory(), false);
	}

	/**
	 * A native image can contain the compiler but cannot define the classes that it
	 * generates.
	 */
	private static boolean canCompile() {
		if (System.getProperty(NATIVE_IMAGE) != null) {
			return false;
		}
		try {
			Class.forName(COMPILER, false, ChicoryEngine.class.getClassLoader());
			return true;
		}
		catch (ClassNotFoundException ex) {
			return false;
		}
	}

	private static void warn(ModuleFacts facts) {
		if (facts.interpreted() > 0) {
			logger.warn("{} of the module's {} functions are too large to be compiled and run in the interpreter,"
					+ " 10 to 100 times slower", facts.interpreted(), facts.functions());
		}
	}

	private interface Work<T> {

		T run() throws ModuleException;

	}

	/**
	 * The input of a compilation.
	 *
	 * @param binary the module
	 * @param sha256 its digest
	 * @param start the time at which the compilation was requested
	 */
	private record Source(WasmBinary binary, String sha256, long start) {

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
			DebugView.Result view = DebugView.of(entry.classes(), new FunctionNames(entry.names(), lines, module),
					lines, module.importSection().importCount(), this.sha256);
			return toModule(module, new StoredMachine(view.classes()), view.names(), entry.facts(), cached);
		}

		private static WasmModule parse(CacheEntry entry) throws ModuleException {
			return (entry.facts().interpreted() > 0)
					? InterpretedBodies.correct(ModuleParser.parseAgain(entry.module()))
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

}
