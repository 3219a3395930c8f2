package io.gatewaywasm.host.vm.hostcall;

import java.util.Map;
import java.util.Set;

import io.gatewaywasm.host.limits.SizeLimits;
import io.gatewaywasm.host.limits.StreamLimits;

/**
 * The settings of a VM that host calls depend on.
 */
public interface VmSettings {

	/** Returns the id of the plugin, for logs, meters and callouts. */
	String plugin();

	/** Returns the VM id, the scope of shared data and queues. */
	String vmId();

	/** Returns the VM configuration, which must not be modified. */
	byte[] vmConfiguration();

	/** Returns the environment variables that the guest sees. */
	Map<String, String> environment();

	/** Returns the names of the secrets that the guest may read. */
	Set<String> secrets();

	/** Returns the limits of each stream. */
	StreamLimits streamLimits();

	/** Returns the limits on the data and work that the guest causes on the host. */
	SizeLimits sizes();

	/** Returns the limit for log lines that the VMs of the plugin share. */
	LogRate logRate();

	/** Returns the record of remarks to log once that the VMs of the plugin share. */
	LogOnce logOnce();

	/** Returns whether a missing header reads as an empty one, as in ABI 0.1.0. */
	boolean missingHeaderIsEmpty();

}
