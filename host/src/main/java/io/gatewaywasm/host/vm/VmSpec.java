package io.gatewaywasm.host.vm;

import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * What a VM needs to know besides its module and root contexts.
 *
 * @param plugin the id of the plugin, for logs, meters and callouts
 * @param vmId the VM id, the scope of shared data and queues
 * @param vmConfiguration the VM configuration, not to be changed
 * @param environment the environment that the guest sees
 * @param capabilities the names of the host functions and callbacks that the guest may
 * use, or none for all of them
 * @param memory the bytes that the guest's memory may grow to
 * @param bodyBuffer the bytes of a body that may be held per direction of a stream
 * @param headersStopIteration whether body callbacks run while headers are held
 * @param pauseTimeout how long a stream may stay paused
 * @param calloutTimeout the time-out of callouts for which the guest gave none
 * @param mailbox how much work may wait for the VM
 * @param callbackTimeout the CPU time that one callback may use
 * @param startTimeout the CPU time that starting and configuring may use
 * @param sizes bounds on what the guest may make the host keep or do
 * @param shared what the plugin's VMs have together
 */
public record VmSpec(String plugin, String vmId, byte[] vmConfiguration, Map<String, String> environment,
		Set<String> capabilities, long memory, int bodyBuffer, boolean headersStopIteration, Duration pauseTimeout,
		Duration calloutTimeout, int mailbox, Duration callbackTimeout, Duration startTimeout, SizeLimits sizes,
		SharedResources shared) {

}
