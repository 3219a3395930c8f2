package io.gatewaywasm.boot.plugin;

import java.lang.ref.WeakReference;

import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.engine.ModuleBytes;
import io.gatewaywasm.host.engine.ModuleException;
import io.gatewaywasm.host.engine.WasmEngine;
import org.jspecify.annotations.Nullable;

/**
 * The compiled form of a module. It is shared by all plugins with the same bytes, and
 * released with the last of them.
 */
final class SharedModule {

	private volatile @Nullable WeakReference<CompiledModule> module;

	/**
	 * Returns the compiled module, and compiles it if necessary. Concurrent callers wait
	 * for the result. Throws {@link ModuleException} if the bytes are not a module that
	 * can run here.
	 */
	synchronized CompiledModule get(WasmEngine engine, ModuleBytes bytes) throws ModuleException {
		CompiledModule module = (this.module != null) ? this.module.get() : null;
		if (module == null) {
			module = engine.compile(bytes);
			this.module = new WeakReference<>(module);
		}
		return module;
	}

	/**
	 * Returns whether the compiled module was released because no plugin uses it. Does
	 * not wait for a compilation, which can take minutes.
	 */
	boolean isForgotten() {
		WeakReference<CompiledModule> reference = this.module;
		return reference != null && reference.get() == null;
	}

}
