package io.gatewaywasm.host.vm;

import io.gatewaywasm.host.engine.MemoryBudget;
import io.gatewaywasm.host.vm.hostcall.LogRate;

/**
 * What the VMs of a plugin have together.
 *
 * @param memory where the memory of their guests is taken from
 * @param logRate how many lines they may log
 * @param refusals what they were refused because they have no life between streams
 */
public record SharedResources(MemoryBudget memory, LogRate logRate, Refusals refusals) {

}
