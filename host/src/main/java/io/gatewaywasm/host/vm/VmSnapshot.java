package io.gatewaywasm.host.vm;

import java.util.ArrayList;
import java.util.List;

import io.gatewaywasm.host.engine.ModuleException;
import io.gatewaywasm.host.engine.ModuleInstance;
import io.gatewaywasm.host.vm.hostcall.Restorable;

/**
 * The state of an isolated VM when the last of its root contexts had been configured and
 * no stream had been shown to it: the guest's memory and globals, and what the host keeps
 * for the guest. Returning to it costs microseconds, since only what was written since is
 * written back. Used inside the VM only.
 */
final class VmSnapshot {

	private final VmContexts contexts;

	private final ModuleInstance instance;

	private final List<Restorable> tables;

	private final List<RootContext> roots = new ArrayList<>();

	private int lastContextId;

	VmSnapshot(VmContexts contexts, ModuleInstance instance, List<Restorable> tables) {
		this.contexts = contexts;
		this.instance = instance;
		this.tables = tables;
	}

	/**
	 * Captures the present state.
	 * @param started the root context that has just been configured; the VM has no stream
	 * yet, or one that the guest has not heard of
	 * @throws VmStartException if there is no memory left for that
	 */
	void capture(RootContext started) throws VmStartException {
		try {
			this.instance.capture();
		}
		catch (ModuleException ex) {
			throw new VmStartException(String.valueOf(ex.getMessage()), "Each VM of 'isolation: stream' needs up to"
					+ " twice the memory that its guest has after its start.", ex);
		}
		this.roots.add(started);
		this.lastContextId = this.contexts.lastId();
		this.tables.forEach(Restorable::capture);
		this.roots.forEach(Restorable::capture);
	}

	/** Returns to the state that was captured. */
	void restore() {
		this.instance.restore();
		this.contexts.keepOnly(this.roots, this.lastContextId);
		this.tables.forEach(Restorable::restore);
		this.roots.forEach(Restorable::restore);
	}

}
