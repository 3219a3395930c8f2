package io.gatewaywasm.host.plugin;

import io.gatewaywasm.host.vm.Vm;
import org.jspecify.annotations.Nullable;

/**
 * Gives a VM to many streams at a time: the one that the hint names, unless it is lost or
 * busy and a sibling is not.
 */
final class SharedVms implements VmLeases {

	@Override
	public @Nullable Vm take(VmSlot[] slots, int affinity) {
		int count = slots.length;
		int first = Math.floorMod(affinity, count);
		Vm busy = null;
		for (int i = 0; i < count; i++) {
			Vm vm = slots[(first + i) % count].vm();
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
		// Whoever else wants it has it already.
	}

	@Override
	public int taken() {
		return 0;
	}

}
