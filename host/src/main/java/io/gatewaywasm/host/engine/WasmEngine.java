package io.gatewaywasm.host.engine;

/**
 * Turns bytes into runnable modules. Thread-safe; compilation takes from milliseconds to
 * seconds and must not happen on an event loop.
 */
public interface WasmEngine {

	/**
	 * Parse, validate and compile a module.
	 * @param wasm the bytes of the module, not kept
	 * @return the compiled module, to be shared by all instances
	 * @throws ModuleException if the bytes are not a module that can run here, or it
	 * imports anything but functions
	 */
	CompiledModule compile(byte[] wasm) throws ModuleException;

	/**
	 * Return what runs the modules, for display.
	 * @return the name and version of the engine
	 */
	String description();

}
