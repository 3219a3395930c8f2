package io.gatewaywasm.host.engine;

import java.util.ServiceLoader;

import org.jspecify.annotations.Nullable;

/**
 * Compiles modules. Thread-safe. Compilation takes from milliseconds to seconds and must
 * not run on an event loop.
 */
public interface WasmEngine {

	/**
	 * Creates an engine with the implementation on the class path.
	 * @param options its settings
	 */
	static WasmEngine create(EngineOptions options) {
		return ServiceLoader.load(WasmEngineFactory.class, WasmEngine.class.getClassLoader())
			.findFirst()
			.orElseThrow(() -> new IllegalStateException(
					"No WebAssembly engine is on the class path. Keep META-INF/services of gateway-wasm-host."))
			.create(options);
	}

	/**
	 * Parses, validates and compiles a module.
	 * @param module the bytes of the module, not kept
	 * @return the compiled module, to be shared by all instances
	 * @throws ModuleException if the bytes are not a module that this host can run, or it
	 * imports anything but functions
	 */
	CompiledModule compile(ModuleBytes module) throws ModuleException;

	/**
	 * Parses, validates and compiles a module.
	 * @param wasm the bytes of the module, not kept
	 * @return the compiled module, to be shared by all instances
	 * @throws ModuleException if the bytes are not a module that this host can run, or it
	 * imports anything but functions
	 */
	default CompiledModule compile(byte[] wasm) throws ModuleException {
		return compile(ModuleBytes.of(wasm));
	}

	/**
	 * Returns whether the compiled form of a module is kept, so that {@link #compile}
	 * probably reads it and does not take long.
	 * @param module the bytes of the module
	 * @return whether the compiled form is kept
	 */
	default boolean isCached(ModuleBytes module) {
		return false;
	}

	/**
	 * Compiles a module at build time.
	 * @param wasm the bytes of the module
	 * @return files for the class path of the application
	 * @throws ModuleException if the bytes are not a module that this host can run, the
	 * module is too large to be compiled, or the engine cannot compile at build time
	 */
	default PrecompiledModule precompile(byte[] wasm) throws ModuleException {
		throw new ModuleException(description() + " cannot compile modules at build time.");
	}

	/**
	 * Checks for a Java heap that is too small for the memory that guests may use, in a
	 * JVM that exits when its heap is exhausted. Such a JVM refuses memory to guests
	 * before they reach their limits.
	 * @param maximumMemory the maximum memory of the VMs of all plugins in bytes
	 * @param largestVm the maximum memory of one VM in bytes; while it grows, both the
	 * old and the new array are on the heap
	 * @return a message for the operator, or {@code null} if the heap is large enough or
	 * the JVM survives its exhaustion
	 */
	default @Nullable String heapShortfall(long maximumMemory, long largestVm) {
		return null;
	}

	/**
	 * Returns a description of the engine for display.
	 * @return the name and version of the engine
	 */
	String description();

}
