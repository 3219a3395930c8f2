package io.gatewaywasm.host.vm;

import io.gatewaywasm.host.limits.MemoryBudget;
import io.gatewaywasm.host.spi.LogOnce;
import io.gatewaywasm.host.vm.hostcall.ForeignFailures;
import io.gatewaywasm.host.vm.hostcall.LogRate;

/**
 * The resources that all VMs of a plugin share.
 *
 * @param memory the budget for the memory of their guests
 * @param logRate the limit for the lines that they log
 * @param logOnce the messages that were already logged once
 * @param foreignFailures the log of foreign functions that failed
 * @param blockedFunctions the host functions that were refused because of isolation
 * @param failedRootStarts the root contexts that did not start when a stream needed them
 */
public record SharedResources(MemoryBudget memory, LogRate logRate, LogOnce logOnce, ForeignFailures foreignFailures,
		BlockedHostFunctions blockedFunctions, FailedRootStarts failedRootStarts) {

	/** Creates the resources of a plugin whose guest has not failed yet. */
	public SharedResources(MemoryBudget memory, LogRate logRate, LogOnce logOnce,
			BlockedHostFunctions blockedFunctions) {
		this(memory, logRate, logOnce, new ForeignFailures(), blockedFunctions, new FailedRootStarts());
	}

}
