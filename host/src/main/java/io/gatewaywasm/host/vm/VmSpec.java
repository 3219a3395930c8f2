package io.gatewaywasm.host.vm;

import java.time.Duration;
import java.util.Map;
import java.util.Set;

import io.gatewaywasm.host.vm.hostcall.LogRate;
import io.gatewaywasm.host.vm.hostcall.SizeLimits;
import io.gatewaywasm.host.vm.hostcall.VmSettings;

/**
 * What a VM needs to know besides its module and root contexts.
 *
 * @param plugin the id of the plugin, for logs, meters and callouts
 * @param vmId the VM id, the scope of shared data and queues
 * @param vmConfiguration the VM configuration, not to be changed
 * @param environment the environment that the guest sees
 * @param capabilities the names of the host functions and callbacks that the guest may
 * use, or none for all of them
 * @param isolated whether the VM returns after each stream to how it was before, and has
 * no life between streams
 * @param memory the bytes that the guest's memory may grow to
 * @param bodyBuffer the bytes of a body that may be held per direction of a stream
 * @param missingHeaderIsEmpty whether a missing header reads as an empty one
 * @param calloutTimeout the timeout of callouts for which the guest gave none
 * @param mailbox how much work may wait for the VM
 * @param vmWait how long work may wait for the VM
 * @param timeouts the CPU time that calls into the guest may use
 * @param sizes bounds on what the guest may make the host keep or do
 * @param shared what the plugin's VMs have together
 */
public record VmSpec(String plugin, String vmId, byte[] vmConfiguration, Map<String, String> environment,
		Set<String> capabilities, boolean isolated, long memory, int bodyBuffer, boolean missingHeaderIsEmpty,
		Duration calloutTimeout, int mailbox, Duration vmWait, VmTimeouts timeouts, SizeLimits sizes,
		SharedResources shared) implements VmSettings {

	@Override
	public LogRate logRate() {
		return this.shared.logRate();
	}

	/**
	 * Return the same for a VM that shows made-up streams to code that the JVM has not
	 * compiled yet.
	 * @param longest the CPU time that one callback may use at least
	 * @param ownShare what the VM does not share with those that serve
	 * @return the specification
	 */
	public VmSpec forTrial(Duration longest, SharedResources ownShare) {
		return new VmSpec(this.plugin, this.vmId, this.vmConfiguration, this.environment, this.capabilities,
				this.isolated, this.memory, this.bodyBuffer, this.missingHeaderIsEmpty, this.calloutTimeout,
				this.mailbox, this.vmWait, this.timeouts.atLeast(longest), this.sizes, ownShare);
	}

}
