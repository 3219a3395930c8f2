package io.gatewaywasm.host.plugin;

import io.gatewaywasm.host.vm.Vm;
import org.jspecify.annotations.Nullable;

/**
 * Selects the VM of a pool that a stream leases. Thread-safe.
 */
sealed interface VmLeases permits SharedVms, ExclusiveVms {

	/**
	 * Leases a VM to a stream, or returns {@code null} if none is available. The caller
	 * gives it back.
	 */
	@Nullable Vm take(CurrentVms vms, int affinity);

	/**
	 * Ends a lease, because the stream has ended or the VM is lost.
	 */
	void giveBack(Vm vm);

	/**
	 * Returns the number of VMs that are leased exclusively.
	 */
	int exclusivelyLeased();

}
