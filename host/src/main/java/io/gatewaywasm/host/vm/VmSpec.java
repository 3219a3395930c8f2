package io.gatewaywasm.host.vm;

import java.time.Duration;
import java.util.Map;
import java.util.Set;

import io.gatewaywasm.host.vm.hostcall.LogOnce;
import io.gatewaywasm.host.vm.hostcall.LogRate;
import io.gatewaywasm.host.vm.hostcall.SizeLimits;
import io.gatewaywasm.host.vm.hostcall.VmSettings;

/**
 * The settings of a VM, apart from its module and root contexts.
 *
 * @param plugin the id of the plugin, for logs, meters and callouts
 * @param vmId the VM id, the scope of shared data and queues
 * @param vmConfiguration the VM configuration, not to be modified
 * @param environment the environment that the guest sees
 * @param secrets the names of the secrets that the guest may read
 * @param capabilities the names of the host functions and callbacks that the guest may
 * use, or an empty set to allow all
 * @param isolated whether the VM is restored after each stream and cannot act between
 * streams
 * @param memory the bytes to which the guest's memory may grow
 * @param bodyBuffer the bytes of a body that may be buffered per direction of a stream
 * @param maxBodyBuffer the bytes to which the guest may raise that limit for a stream
 * @param missingHeaderIsEmpty whether a missing header reads as an empty one
 * @param calloutTimeout the timeout of callouts for which the guest does not specify one
 * @param mailbox the number of tasks that may wait for the VM
 * @param vmWait how long a task may wait for the VM
 * @param timeouts the CPU time that calls into the guest may use
 * @param sizes the limits on the data and work that the guest causes on the host
 * @param shared the resources that the plugin's VMs share
 */
public record VmSpec(String plugin, String vmId, byte[] vmConfiguration, Map<String, String> environment,
		Set<String> secrets, Set<String> capabilities, boolean isolated, long memory, int bodyBuffer, int maxBodyBuffer,
		boolean missingHeaderIsEmpty, Duration calloutTimeout, int mailbox, Duration vmWait, VmTimeouts timeouts,
		SizeLimits sizes, SharedResources shared) implements VmSettings {

	@Override
	public LogRate logRate() {
		return this.shared.logRate();
	}

	@Override
	public LogOnce logOnce() {
		return this.shared.logOnce();
	}

	/**
	 * Returns settings for a VM that runs trial streams while the JVM has not compiled
	 * the code yet. {@code longest} is the minimum CPU time limit for a callback, and
	 * {@code ownShare} replaces the shared resources.
	 */
	public VmSpec forTrial(Duration longest, SharedResources ownShare) {
		return new VmSpec(this.plugin, this.vmId, this.vmConfiguration, this.environment, this.secrets,
				this.capabilities, this.isolated, this.memory, this.bodyBuffer, this.maxBodyBuffer,
				this.missingHeaderIsEmpty, this.calloutTimeout, this.mailbox, this.vmWait,
				this.timeouts.atLeast(longest), this.sizes, ownShare);
	}

}
