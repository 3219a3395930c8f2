package io.gatewaywasm.host.plugin;

import java.time.Duration;

import io.gatewaywasm.host.spi.HostServices;
import io.gatewaywasm.host.spi.RootSpec;
import io.gatewaywasm.host.vm.GuestModule;
import io.gatewaywasm.host.vm.Vm;
import io.gatewaywasm.host.vm.VmListener;
import io.gatewaywasm.host.vm.VmSpec;
import io.gatewaywasm.host.vm.VmStartException;
import io.gatewaywasm.host.vm.Watchdog;
import org.jspecify.annotations.Nullable;

/**
 * Starts the VMs of one generation. {@code root} is the root context with which they
 * start.
 */
record VmFactory(GuestModule module, VmSpec spec, RootSpec root, HostServices services, Watchdog watchdog) {

	/** A start, host functions included, may use so much more than its limit. */
	private static final int START_FACTOR = 4;

	Vm start(VmListener listener) throws VmStartException {
		return Vm.start(this.module, this.spec, this.root, this.services, this.watchdog, listener);
	}

	/**
	 * Describes why a VM could not be started, for a log. A trap was already logged with
	 * its stack.
	 */
	static @Nullable String describe(Throwable failure) {
		if (failure instanceof VmStartException refusal) {
			return refusal.problem() + (refusal.isReported() ? "" : " " + refusal.remedy() + refusal.guest().details());
		}
		return failure.getMessage();
	}

	String plugin() {
		return this.spec.plugin();
	}

	/**
	 * Returns how long the start of a VM may take by the clock until another is tried:
	 * the thread is in a host function that does not return, or in code of the
	 * application.
	 */
	Duration longestStart() {
		return this.watchdog.stuckAfter().plus(this.spec.limits().vm().startTimeout().multipliedBy(START_FACTOR));
	}

	String stuckStart() {
		return "has not started within " + longestStart() + ". Another one is started. Look for a function of the"
				+ " application that blocks while the filter is started or configured.";
	}

}
