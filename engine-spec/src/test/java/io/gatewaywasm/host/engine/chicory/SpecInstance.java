package io.gatewaywasm.host.engine.chicory;

import java.lang.reflect.Field;
import java.util.Map;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.ChicoryException;
import io.gatewaywasm.host.abi.FunctionImport;
import io.gatewaywasm.host.abi.FunctionSignature;
import io.gatewaywasm.host.abi.HostFunction;
import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.engine.ModuleException;
import io.gatewaywasm.host.engine.ModuleInstance;

/**
 * An instance of a module that a script defines.
 */
record SpecInstance(CompiledModule module, Instance instance) {

	private static final long MEMORY = 1L << 30;

	/**
	 * Creates an instance. It can import functions of the {@code registered} instances.
	 */
	static SpecInstance of(CompiledModule module, Map<String, SpecInstance> registered) throws ModuleException {
		ModuleInstance instance = module.instantiate((functionImport) -> link(functionImport, registered), MEMORY);
		return new SpecInstance(module, unwrap(instance));
	}

	private static Instance unwrap(ModuleInstance instance) {
		try {
			Field field = ChicoryInstance.class.getDeclaredField("instance");
			field.setAccessible(true);
			return (Instance) field.get(instance);
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static HostFunction link(FunctionImport wanted, Map<String, SpecInstance> registered) {
		if (wanted.module().equals("spectest") && wanted.name().startsWith("print")) {
			return (memory, arguments) -> 0;
		}
		SpecInstance source = registered.get(wanted.module());
		FunctionSignature signature = (source != null) ? source.module().exports().get(wanted.name()) : null;
		if (source == null || !wanted.signature().equals(signature)) {
			throw new UnlinkableException(wanted.module() + "." + wanted.name());
		}
		if (signature.results().size() > 1) {
			throw new UnlinkableException("a host function has one result");
		}
		return (memory, arguments) -> {
			long[] results = source.call(wanted.name(), arguments);
			return (results != null && results.length > 0) ? results[0] : 0;
		};
	}

	/**
	 * Calls an exported function and returns all results. Throws a {@code
	 * ChicoryException} if it traps.
	 */
	long[] call(String function, long... arguments) {
		long[] results = this.instance.export(function).apply(arguments);
		return (results != null) ? results : new long[0];
	}

	long global(String global) {
		return this.instance.exports().global(global).getValue();
	}

	/**
	 * Thrown if no registered module exports an import.
	 */
	static final class UnlinkableException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		UnlinkableException(String message) {
			super(message);
		}

	}

}
