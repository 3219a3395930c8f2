package io.gatewaywasm.host.plugin;

import io.gatewaywasm.host.vm.Vm;
import org.jspecify.annotations.Nullable;

/**
 * Which VM of a pool a stream gets. Thread-safe.
 */
sealed interface VmLeases permits SharedVms, ExclusiveVms {

	/**
	 * Choose a VM for a stream.
	 * @param slots the places for VMs
	 * @param affinity a hint which one
	 * @return the VM, to be given back, or {@code null} if none can be had at this moment
	 */
	@Nullable Vm take(VmSlot[] slots, int affinity);

	/**
	 * The stream does not need the VM any more, or the VM is lost.
	 * @param vm the VM
	 */
	void giveBack(Vm vm);

	/**
	 * Return how many VMs nobody else can have at this moment.
	 * @return the number of VMs that streams have for themselves
	 */
	int taken();

}
