package io.gatewaywasm.host.vm;

import java.util.ArrayList;
import java.util.List;

import io.gatewaywasm.host.engine.ModuleException;
import io.gatewaywasm.host.engine.ModuleInstance;
import io.gatewaywasm.host.vm.hostcall.Restorable;

/**
 * The state of an isolated VM before its first stream, after the last of its root
 * contexts was configured: the guest's memory and globals, and the data that the host
 * keeps for the guest. Restoring it takes microseconds, since only changed data is
 * written back. Used only inside the VM.
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
	 * Captures the present state. The root context has just been configured, and the
	 * guest does not know any stream yet. Fails if there is not enough memory.
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

	/** Restores the captured state. */
	void restore() {
		this.instance.restore();
		this.contexts.keepOnly(this.roots, this.lastContextId);
		this.tables.forEach(Restorable::restore);
		this.roots.forEach(Restorable::restore);
	}

}
