package io.gatewaywasm.host.plugin;

import io.gatewaywasm.host.spi.FailureReason;
import io.gatewaywasm.host.vm.SlowCall;
import io.gatewaywasm.host.vm.Vm;
import io.gatewaywasm.host.vm.VmFailure;
import io.gatewaywasm.host.vm.VmListener;

/**
 * Reacts to events of the VM in a slot.
 */
record SlotEvents(VmSlot slot, PluginCounters counters, RetiringVms retiring, ExecutionControl execution,
		VmLeases leases) implements VmListener {

	@Override
	public void vmFailed(Vm vm, VmFailure failure, boolean startingRoot) {
		this.counters.failed(failure.message(), failure.guestStack());
		this.retiring.ended(vm);
		if (failure.reason() == FailureReason.TIMEOUT && !startingRoot) {
			this.execution.timedOut();
		}
		this.leases.giveBack(vm);
		this.slot.failed(vm, startingRoot);
	}

	@Override
	public void vmSlow(Vm vm, SlowCall call) {
		this.execution.slow(call);
	}

	@Override
	public void vmClosed(Vm vm) {
		this.retiring.ended(vm);
		// A guest that traps when its stream ends does not give back the VM.
		this.leases.giveBack(vm);
	}

}
