package io.gatewaywasm.host.engine.chicory;

import java.io.IOException;

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
import io.gatewaywasm.host.engine.binary.SourceLines;
import io.gatewaywasm.host.engine.binary.WasmBinary;
import io.gatewaywasm.host.engine.cache.CacheEntry;
import io.gatewaywasm.host.engine.cache.CompilationCache;
import io.gatewaywasm.host.engine.cache.ModuleFacts;
import io.gatewaywasm.host.engine.heap.HeapCapacity;
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
		UncompiledModule source = source(bytes);
		CompiledModule loaded = loadPrecompiled(source);
		if (loaded == null) {
			loaded = load(source);
		}
		return (loaded != null) ? loaded : compile(source);
	}

	@Override
	public PrecompiledModule precompile(byte[] wasm) throws ModuleException {
		UncompiledModule source = source(ModuleBytes.of(wasm));
		long locals = ModuleBounds.check(source.binary());
		return withHeap(source.binary(), locals, () -> precompile(source));
	}

	private PrecompiledModule precompile(UncompiledModule source) throws ModuleException {
		Compilation compilation = Compilation.of(source.binary(), PrecompiledModules.className(source.sha256()),
				this.options.compileTimeout());
		warn(source.sha256(), compilation.facts());
		CacheEntry entry = compilation.entry();
		if (entry == null) {
			throw new ModuleException("The module is too large to be compiled.");
		}
		return PrecompiledModules.encode(source.sha256(), entry);
	}

	@Override
	public @Nullable String heapShortfall(long maximumMemory, long largestVm) {
		return HeapCapacity.current().shortfall(maximumMemory, largestVm);
	}

	@Override
	public String description() {
		return "Chicory " + EngineVersion.current();
	}

	/**
	 * The reservation covers the whole work, because the parsed module can stay reachable
	 * until the work returns.
	 */
	private <T> T withHeap(WasmBinary binary, long locals, Work<T> work) throws ModuleException {
		CompilationHeap.Reservation reservation = CompilationHeap.current()
			.reserve(binary, locals, this.options.compileTimeout());
		try {
			return work.run();
		}
		finally {
			reservation.close();
		}
	}

	private UncompiledModule source(ModuleBytes module) throws ModuleException {
		long start = System.nanoTime();
		int size = module.bytes().length;
		if (size > this.options.maximumModuleSize()) {
			throw new ModuleException("The module has " + size + " bytes, but at most "
					+ this.options.maximumModuleSize() + " are allowed.");
		}
		return new UncompiledModule(WasmBinary.of(module.bytes()), module.sha256(), start);
	}

	private @Nullable CompiledModule loadPrecompiled(UncompiledModule source) throws HeapSpaceException {
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

	@Override
	public boolean isCached(ModuleBytes module) {
		return this.precompiled.contains(module.sha256())
				|| (this.cache != null && this.cache.contains(module.sha256()));
	}

	private @Nullable CompiledModule load(UncompiledModule source) throws HeapSpaceException {
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

	private CompiledModule compile(UncompiledModule source) throws ModuleException {
		if (!canCompile()) {
			throw new ModuleException("The module with the SHA-256 " + source.sha256()
					+ " was not compiled at build time, and the run time has no compiler. Let the build compile"
					+ " exactly this file, or add com.dylibso.chicory:compiler to the class path of a JVM.");
		}
		long locals = ModuleBounds.check(source.binary());
		return withHeap(source.binary(), locals, () -> compileWithHeap(source));
	}

	private CompiledModule compileWithHeap(UncompiledModule source) throws ModuleException {
		Compilation compilation = Compilation.of(source.binary(), CLASS_NAME, this.options.compileTimeout());
		warn(source.sha256(), compilation.facts());
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

	private static void warn(String sha256, ModuleFacts facts) {
		if (facts.interpreted() > 0) {
			logger.warn(
					"{} of the {} functions of module {} are too large to be compiled and run in the interpreter,"
							+ " 10 to 100 times slower. Build it with optimizations (-O), or split large functions.",
					facts.interpreted(), facts.functions(), sha256);
		}
	}

	private interface Work<T> {

		T run() throws ModuleException;

	}

}
