package io.gatewaywasm.host.plugin;

import io.gatewaywasm.host.vm.Vm;
import org.jspecify.annotations.Nullable;

/**
 * Leases a VM to several streams at a time. The affinity hint selects it, unless that VM
 * is lost or busy and another one is available.
 */
final class SharedVms implements VmLeases {

	@Override
	public @Nullable Vm take(CurrentVms vms, int affinity) {
		int count = vms.slots();
		int first = Math.floorMod(affinity, count);
		Vm busy = null;
		for (int i = 0; i < count; i++) {
			Vm vm = vms.get((first + i) % count);
			if (vm != null && vm.isUsable()) {
				if (!vm.isBusy()) {
					return vm;
				}
				busy = (busy != null) ? busy : vm;
			}
		}
		return busy;
	}

	@Override
	public void giveBack(Vm vm) {
		// Other streams keep using the VM.
	}

	@Override
	public int exclusivelyLeased() {
		return 0;
	}

}
