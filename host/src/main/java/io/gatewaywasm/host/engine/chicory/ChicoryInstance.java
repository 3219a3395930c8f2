package io.gatewaywasm.host.engine.chicory;

import java.util.Map;

import com.dylibso.chicory.runtime.Instance;
import io.gatewaywasm.host.abi.FunctionSignature;
import io.gatewaywasm.host.abi.GuestMemory;
import io.gatewaywasm.host.engine.GuestFunction;
import io.gatewaywasm.host.engine.ModuleException;
import io.gatewaywasm.host.engine.ModuleInstance;
import org.jspecify.annotations.Nullable;

/**
 * A {@link ModuleInstance} run by Chicory.
 */
final class ChicoryInstance implements ModuleInstance {

	private final Instance instance;

	private final FlatMemory flatMemory;

	private final MemoryShare tables;

	private final GuestMemory memory;

	private final Map<String, FunctionSignature> exports;

	private final Traps traps;

	private @Nullable GlobalSnapshot globals;

	ChicoryInstance(Instance instance, FlatMemory flatMemory, MemoryShare tables, GuestMemory memory,
			Map<String, FunctionSignature> exports, Traps traps) {
		this.instance = instance;
		this.flatMemory = flatMemory;
		this.tables = tables;
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

	@Override
	public void close() {
		this.flatMemory.close();
		this.tables.close();
	}

	@Override
	public void capture() throws ModuleException {
		if (!(this.flatMemory instanceof DirtyCardMemory cards)) {
			throw new IllegalStateException("the instance is not restorable");
		}
		if (!cards.capture()) {
			throw new ModuleException("No memory is left to capture the state of an instance."
					+ " Raise the plugin's 'limits.total-memory' or 'gateway.wasm.max-memory', or lower 'vms'.");
		}
		this.globals = GlobalSnapshot.of(this.instance);
	}

	@Override
	public void restore() {
		GlobalSnapshot snapshot = this.globals;
		if (snapshot == null || !(this.flatMemory instanceof DirtyCardMemory cards)) {
			throw new IllegalStateException("no state has been captured");
		}
		cards.restore();
		snapshot.restore();
	}

}
