package io.gatewaywasm.host.vm.hostcall;

import io.gatewaywasm.host.limits.SizeLimits;
import io.gatewaywasm.host.limits.StreamLimits;
import io.gatewaywasm.host.spi.LogOnce;
import io.gatewaywasm.host.spi.VmConfiguration;

/**
 * The settings of a VM that host calls depend on.
 */
public interface VmSettings {

	/** Returns the id of the plugin, for logs, meters and callouts. */
	String plugin();

	/** Returns what the plugin gives to the VM. */
	VmConfiguration vm();

	/** Returns the limits of each stream. */
	StreamLimits streamLimits();

	/** Returns the limits on the data and work that the guest causes on the host. */
	SizeLimits sizes();

	/** Returns the limit for log lines that the VMs of the plugin share. */
	LogRate logRate();

	/** Returns the record of remarks to log once that the VMs of the plugin share. */
	LogOnce logOnce();

	/** Returns the log of failed foreign functions that the VMs of the plugin share. */
	ForeignFailures foreignFailures();

	/** Returns whether a missing header reads as an empty one, as in ABI 0.1.0. */
	boolean missingHeaderIsEmpty();

}
