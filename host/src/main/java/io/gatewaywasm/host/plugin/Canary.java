package io.gatewaywasm.host.plugin;

import io.gatewaywasm.host.spi.HostServices;
import io.gatewaywasm.host.vm.GuestModule;
import io.gatewaywasm.host.vm.SharedResources;
import io.gatewaywasm.host.vm.Vm;
import io.gatewaywasm.host.vm.VmSpec;
import io.gatewaywasm.host.vm.VmStartException;
import io.gatewaywasm.host.vm.Watchdog;
import io.gatewaywasm.host.vm.hostcall.LogRate;
import io.gatewaywasm.host.vm.stream.StreamPolicy;
import org.jspecify.annotations.Nullable;

/**
 * A throw-away VM in a sandbox: it shows whether a module starts and accepts its
 * configuration, and takes what comes first, so that the VMs that serve do not.
 *
 * @param spec what the plugin is made from
 * @param module the guest
 * @param vms what its VMs need to know
 * @param streams the settings of its streams
 * @param services the gateway's services
 * @param watchdog stops the guest when it runs for too long
 */
record Canary(PluginSpec spec, GuestModule module, VmSpec vms, StreamPolicy streams, HostServices services,
		Watchdog watchdog) {

	/**
	 * Start the VM, warm the module up, and throw the VM away.
	 * @param warming told when the guest has started, if it is to be warmed up
	 * @return what the warm-up did, or {@code null} if none was wanted
	 * @throws VmStartException if the guest does not start
	 */
	@Nullable WarmUpReport run(Runnable warming) throws VmStartException {
		this.module.module().load();
		SandboxServices sandbox = new SandboxServices(this.services);
		SharedResources resources = new SharedResources(this.vms.shared().memory(),
				new LogRate(this.vms.sizes().logLinesPerSecond()), this.vms.shared().refusals());
		Vm vm = Vm.start(this.module, this.vms.forTrial(WarmUp.LONGEST, resources), this.spec.root(), sandbox,
				this.watchdog, (lost, failure) -> {
				});
		try {
			if (this.spec.warmUp() == 0) {
				return null;
			}
			warming.run();
			sandbox.quiet();
			return new WarmUp(vm, this.module, this.spec.root(), this.streams).run(this.spec.id(), this.spec.warmUp());
		}
		finally {
			vm.close();
		}
	}

}
