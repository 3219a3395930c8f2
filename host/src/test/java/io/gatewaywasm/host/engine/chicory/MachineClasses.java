package io.gatewaywasm.host.engine.chicory;

import java.lang.reflect.Field;

import com.dylibso.chicory.runtime.Instance;
import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.engine.ModuleInstance;

/** Gives tests access to the classes that a module was compiled to. */
public final class MachineClasses {

	private MachineClasses() {
	}

	/** Returns the loader of a module's compiled classes. */
	public static ClassLoader loader(CompiledModule module) throws Exception {
		ModuleInstance instance = module.instantiate((functionImport) -> (memory, arguments) -> 0, 64 << 20);
		Field field = ChicoryInstance.class.getDeclaredField("instance");
		field.setAccessible(true);
		return ((Instance) field.get(instance)).getMachine().getClass().getClassLoader();
	}

}
