package io.gatewaywasm.host.plugin;

import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.limits.MemoryBudget;
import io.gatewaywasm.host.spi.HostServices;
import io.gatewaywasm.host.spi.LogOnce;
import io.gatewaywasm.host.spi.RedisCallouts;
import io.gatewaywasm.host.spi.RootSpec;
import io.gatewaywasm.host.vm.BlockedHostFunctions;
import io.gatewaywasm.host.vm.GuestModule;
import io.gatewaywasm.host.vm.SharedResources;
import io.gatewaywasm.host.vm.VmSpec;
import io.gatewaywasm.host.vm.VmStartException;
import io.gatewaywasm.host.vm.Watchdog;
import io.gatewaywasm.host.vm.hostcall.LogRate;
import io.gatewaywasm.host.vm.stream.StreamWarnings;

/**
 * Starts the generations of a plugin.
 */
record GenerationStarter(HostServices services, Watchdog watchdog, PluginCounters counters, MemoryBudget memory,
		MemoryBudget bodies) {

	/**
	 * Checks a module in a temporary VM, then starts the VMs that serve. {@code number}
	 * is the number of the generation, starting with 1. {@code warming} runs before the
	 * warm-up. Throws {@link PluginStartException} if the guest cannot be started.
	 */
	Generation start(int number, PluginSpec spec, CompiledModule compiled, Runnable warming)
			throws PluginStartException {
		StartChecks checks = new StartChecks(spec, compiled, this.services);
		checks.check();
		BlockedHostFunctions blockedFunctions = new BlockedHostFunctions(spec.id());
		try {
			GuestModule module = GuestModule.of(compiled);
			boolean redis = this.services.redisCallouts() != RedisCallouts.NONE;
			ModuleReport report = ModuleReport.of(module, redis, StartWarnings.findAndLog(spec, module, redis));
			VmSpec vms = spec.vmSpec(module, new SharedResources(this.memory,
					new LogRate(spec.limits().sizes().logLinesPerSecond()), new LogOnce(), blockedFunctions));
			WarmUpReport warmUp = canary(spec, module, vms).run(warming);
			Generation generation = new Generation(number, spec, vms, module, this.services, this.watchdog,
					this.counters, this.bodies, checks.sharesRemotely(), report, warmUp);
			generation.pool().start();
			return generation;
		}
		catch (VmStartException ex) {
			if (!blockedFunctions.functions().isEmpty()) {
				throw new PluginStartException(
						ex.problem() + " Before that, it called " + String.join(", ", blockedFunctions.functions())
								+ ", which 'isolation: stream' does not allow.",
						StartChecks.SHARE_VMS, ex.guest(), ex);
			}
			throw new PluginStartException(ex);
		}
	}

	/**
	 * Starts another root context of a generation in a temporary VM. Throws
	 * {@link PluginStartException} if the guest cannot be started, or rejects the
	 * configuration.
	 */
	void check(Generation generation, RootSpec root) throws PluginStartException {
		try {
			canary(generation.spec(), generation.module(), generation.vms()).check(root);
		}
		catch (VmStartException ex) {
			throw new PluginStartException(ex);
		}
	}

	private Canary canary(PluginSpec spec, GuestModule module, VmSpec vms) {
		return new Canary(spec, module, vms, spec.streamPolicy(module, MemoryBudget.UNLIMITED, StreamWarnings.silent()),
				this.services, this.watchdog);
	}

}
