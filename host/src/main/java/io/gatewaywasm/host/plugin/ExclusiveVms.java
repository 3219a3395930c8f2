package io.gatewaywasm.host.plugin;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.gatewaywasm.host.vm.Vm;
import org.jspecify.annotations.Nullable;

/**
 * Leases a VM to one stream at a time.
 */
final class ExclusiveVms implements VmLeases {

	private final Set<Vm> taken = ConcurrentHashMap.newKeySet();

	@Override
	public @Nullable Vm take(CurrentVms vms, int affinity) {
		int count = vms.slots();
		int first = Math.floorMod(affinity, count);
		for (int i = 0; i < count; i++) {
			Vm vm = vms.get((first + i) % count);
			if (vm != null && vm.isUsable() && this.taken.add(vm)) {
				return vm;
			}
		}
		return null;
	}

	@Override
	public void giveBack(Vm vm) {
		this.taken.remove(vm);
	}

	@Override
	public int exclusivelyLeased() {
		return this.taken.size();
	}

}
