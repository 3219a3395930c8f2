package io.gatewaywasm.host.vm;

import java.time.Duration;

import io.gatewaywasm.host.limits.PluginLimits;
import io.gatewaywasm.host.limits.SizeLimits;
import io.gatewaywasm.host.limits.StreamLimits;
import io.gatewaywasm.host.spi.LogOnce;
import io.gatewaywasm.host.spi.VmConfiguration;
import io.gatewaywasm.host.vm.hostcall.ForeignFailures;
import io.gatewaywasm.host.vm.hostcall.LogRate;
import io.gatewaywasm.host.vm.hostcall.VmSettings;

/**
 * The settings of a VM, apart from its module and root contexts.
 *
 * @param plugin the id of the plugin, for logs, meters and callouts
 * @param vm what the plugin gives to the VM
 * @param isolated whether the VM is restored after each stream and cannot act between
 * streams
 * @param missingHeaderIsEmpty whether a missing header reads as an empty one
 * @param limits the limits of the plugin
 * @param shared the resources that the plugin's VMs share
 */
public record VmSpec(String plugin, VmConfiguration vm, boolean isolated, boolean missingHeaderIsEmpty,
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

	@Override
	public ForeignFailures foreignFailures() {
		return this.shared.foreignFailures();
	}

	/**
	 * Returns settings for a VM that runs synthetic streams while the JVM has not
	 * compiled the code yet. {@code longest} is the minimum CPU time limit for a
	 * callback, and {@code ownShare} replaces the shared resources.
	 */
	public VmSpec forWarmUp(Duration longest, SharedResources ownShare) {
		return new VmSpec(this.plugin, this.vm, this.isolated, this.missingHeaderIsEmpty,
				this.limits.forWarmUp(longest), ownShare);
	}

}
