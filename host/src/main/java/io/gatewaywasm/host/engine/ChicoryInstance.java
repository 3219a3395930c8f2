package io.gatewaywasm.host.engine;

import java.util.Map;

import com.dylibso.chicory.runtime.Instance;
import io.gatewaywasm.host.abi.FunctionSignature;
import io.gatewaywasm.host.abi.GuestMemory;
import org.jspecify.annotations.Nullable;

/**
 * A {@link ModuleInstance} run by Chicory.
 */
final class ChicoryInstance implements ModuleInstance {

	private final Instance instance;

	private final GuestMemory memory;

	private final Map<String, FunctionSignature> exports;

	private final Traps traps;

	ChicoryInstance(Instance instance, GuestMemory memory, Map<String, FunctionSignature> exports, Traps traps) {
		this.instance = instance;
		this.memory = memory;
		this.exports = exports;
		this.traps = traps;
	}

	@Override
	public GuestMemory memory() {
		return this.memory;
	}

	@Override
	public @Nullable GuestFunction function(String name) {
		return this.exports.containsKey(name) ? new GuestCall(this.instance.export(name), this.traps) : null;
	}

}
