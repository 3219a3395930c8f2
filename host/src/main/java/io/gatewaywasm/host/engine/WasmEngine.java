package io.gatewaywasm.host.engine;

/**
 * Compiles modules. Thread-safe. Compilation takes from milliseconds to seconds and must
 * not run on an event loop.
 */
public interface WasmEngine {

	/**
	 * Parses, validates and compiles a module.
	 * @param wasm the bytes of the module, not kept
	 * @return the compiled module, to be shared by all instances
	 * @throws ModuleException if the bytes are not a module that this host can run, or it
	 * imports anything but functions
	 */
	CompiledModule compile(byte[] wasm) throws ModuleException;

	/**
	 * Returns a description of the engine for display.
	 * @return the name and version of the engine
	 */
	String description();

}
