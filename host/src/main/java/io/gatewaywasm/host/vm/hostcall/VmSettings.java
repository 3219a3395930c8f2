package io.gatewaywasm.host.vm.hostcall;

import java.time.Duration;
import java.util.Map;

/**
 * The settings of a VM that host calls depend on.
 */
public interface VmSettings {

	/**
	 * Returns the id of the plugin.
	 * @return the id, for logs, meters and callouts
	 */
	String plugin();

	/**
	 * Returns the VM id, the scope of shared data and queues.
	 * @return the VM id
	 */
	String vmId();

	/**
	 * Returns the VM configuration.
	 * @return the bytes, not to be changed
	 */
	byte[] vmConfiguration();

	/**
	 * Returns the environment that the guest sees.
	 * @return values by name
	 */
	Map<String, String> environment();

	/**
	 * Returns how many bytes of a body are buffered per direction of a stream.
	 * @return the number of bytes
	 */
	int bodyBuffer();

	/**
	 * Returns the timeout of callouts for which the guest gave none.
	 * @return the timeout
	 */
	Duration calloutTimeout();

	/**
	 * Returns the bounds on what the guest may make the host keep or do.
	 * @return the bounds
	 */
	SizeLimits sizes();

	/**
	 * Returns how many lines the VMs of the plugin may log.
	 * @return the rate, shared by these VMs
	 */
	LogRate logRate();

	/**
	 * Returns whether a missing header reads as an empty one, as in ABI 0.1.0.
	 * @return whether it does
	 */
	boolean missingHeaderIsEmpty();

}
