package io.gatewaywasm.host.vm;

import java.time.Duration;
import java.util.Map;
import java.util.Set;

import io.gatewaywasm.host.limits.PluginLimits;
import io.gatewaywasm.host.limits.SizeLimits;
import io.gatewaywasm.host.limits.StreamLimits;
import io.gatewaywasm.host.vm.hostcall.LogOnce;
import io.gatewaywasm.host.vm.hostcall.LogRate;
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
 * @param missingHeaderIsEmpty whether a missing header reads as an empty one
 * @param limits the limits of the plugin
 * @param shared the resources that the plugin's VMs share
 */
public record VmSpec(String plugin, String vmId, byte[] vmConfiguration, Map<String, String> environment,
		Set<String> secrets, Set<String> capabilities, boolean isolated, boolean missingHeaderIsEmpty,
		PluginLimits limits, SharedResources shared) implements VmSettings {

	@Override
	public StreamLimits streamLimits() {
		return this.limits.streams();
	}

	@Override
	public SizeLimits sizes() {
		return this.limits.sizes();
	}

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
				this.capabilities, this.isolated, this.missingHeaderIsEmpty, this.limits.forTrial(longest), ownShare);
	}

}
