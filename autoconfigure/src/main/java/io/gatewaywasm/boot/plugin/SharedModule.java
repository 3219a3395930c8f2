package io.gatewaywasm.boot.plugin;

import java.lang.ref.WeakReference;

import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.engine.ModuleException;
import io.gatewaywasm.host.engine.WasmEngine;
import org.jspecify.annotations.Nullable;

/**
 * The compiled form of one module, shared by all plugins made from the same bytes and
 * forgotten when the last of them is gone.
 */
final class SharedModule {

	private volatile @Nullable WeakReference<CompiledModule> module;

	/**
	 * Return the compiled module. Others who ask for it meanwhile wait.
	 * @param engine compiles the module if need be
	 * @param wasm the bytes
	 * @return the compiled module
	 * @throws ModuleException if the bytes are not a module that can run here
	 */
	synchronized CompiledModule get(WasmEngine engine, byte[] wasm) throws ModuleException {
		CompiledModule module = (this.module != null) ? this.module.get() : null;
		if (module == null) {
			module = engine.compile(wasm);
			this.module = new WeakReference<>(module);
		}
		return module;
	}

	/**
	 * Returns whether the compiled module was forgotten because no plugin uses it. Never
	 * waits: compiling takes up to minutes, and other modules are not to wait for it.
	 * @return whether it was there and is not any more
	 */
	boolean isForgotten() {
		WeakReference<CompiledModule> reference = this.module;
		return reference != null && reference.get() == null;
	}

}
