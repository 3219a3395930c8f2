package io.gatewaywasm.host.plugin;

import io.gatewaywasm.host.vm.VmStartException;

/**
 * Starts a new VM and puts it in a slot.
 */
@FunctionalInterface
interface Replacement {

	void run() throws VmStartException;

}
