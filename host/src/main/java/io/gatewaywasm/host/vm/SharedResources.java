package io.gatewaywasm.host.vm;

import io.gatewaywasm.host.engine.MemoryBudget;
import io.gatewaywasm.host.vm.hostcall.LogOnce;
import io.gatewaywasm.host.vm.hostcall.LogRate;

/**
 * The resources that all VMs of a plugin share.
 *
 * @param memory the budget for the memory of their guests
 * @param logRate the limit for the lines that they log
 * @param logOnce the remarks that were already logged once
 * @param refusals the host functions that were refused because of isolation
 */
public record SharedResources(MemoryBudget memory, LogRate logRate, LogOnce logOnce, Refusals refusals) {

}
