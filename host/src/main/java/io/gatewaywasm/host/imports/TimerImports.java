package io.gatewaywasm.host.imports;

import io.gatewaywasm.host.abi.GuestMemory;
import io.gatewaywasm.host.abi.Status;

/**
 * The functions of the section "Timers" of the specification.
 */
final class TimerImports {

	static final ImportArea<TimerImports> AREA = ImportArea.of("Timers", TimerImports::new)
		.function("proxy_set_tick_period_milliseconds", AbiVersion.V0_1_0, "i", TimerImports::setTickPeriod);

	private final HostClock host;

	private TimerImports(Guest guest) {
		this.host = guest.host().clock();
	}

	private Status setTickPeriod(GuestMemory memory, long[] arguments) {
		this.host.setTickPeriod((int) arguments[0]);
		return Status.OK;
	}

}
