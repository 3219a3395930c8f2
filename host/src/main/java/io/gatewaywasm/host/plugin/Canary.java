package io.gatewaywasm.host.plugin;

import io.gatewaywasm.host.spi.HostServices;
import io.gatewaywasm.host.spi.RootSpec;
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
 * Starts a temporary VM with sandboxed services. It shows whether the guest starts and
 * accepts its configuration, and performs first-time work, such as class loading, ahead
 * of the VMs that serve.
 */
record Canary(PluginSpec spec, GuestModule module, VmSpec vms, StreamPolicy streams, HostServices services,
		Watchdog watchdog) {

	/**
	 * Starts the VM, warms up the module, and closes the VM. {@code warming} runs when
	 * the guest has started, before a warm-up. Returns the result of the warm-up, or
	 * {@code null} if there was none. Throws {@link VmStartException} if the guest does
	 * not start.
	 */
	@Nullable WarmUpReport run(Runnable warming) throws VmStartException {
		load();
		SandboxServices sandbox = new SandboxServices(this.services);
		Vm vm = start(this.spec.root(), sandbox);
		try {
			if (this.spec.run().warmUp() == 0) {
				return null;
			}
			warming.run();
			sandbox.discardOutput();
			return new WarmUp(vm, this.module, this.spec.root(), this.streams).run(this.spec.id(),
					this.spec.run().warmUp());
		}
		finally {
			vm.close();
		}
	}

	/**
	 * Starts the VM with another root context, and closes it. Throws
	 * {@link VmStartException} if the guest does not start, or rejects the configuration.
	 */
	void check(RootSpec root) throws VmStartException {
		start(root, new SandboxServices(this.services)).close();
	}

	private Vm start(RootSpec root, SandboxServices sandbox) throws VmStartException {
		SharedResources resources = new SharedResources(this.vms.shared().memory(),
				new LogRate(this.vms.sizes().logLinesPerSecond()), this.vms.shared().logOnce(),
				this.vms.shared().blockedFunctions());
		return Vm.start(this.module, this.vms.forWarmUp(WarmUp.LONGEST, resources), root, sandbox, this.watchdog,
				(lost, failure, startingRoot) -> {
				});
	}

	/** Loads the guest's classes, so that no request has to wait for it. */
	private void load() throws VmStartException {
		try {
			this.module.module().load();
		}
		catch (LinkageError ex) {
			throw new VmStartException("The JVM cannot load the compiled module: " + ex.getMessage(),
					"Remove the module from the cache directory, so that it is compiled again.", ex);
		}
	}

}
