package io.gatewaywasm.host.imports;

import io.gatewaywasm.host.abi.GuestMemory;
import io.gatewaywasm.host.abi.Status;

/**
 * The functions of the section "Clocks" of the specification.
 */
final class ClockImports {

	static final ImportArea<ClockImports> AREA = ImportArea.unrestricted("Clocks", ClockImports::new, "env")
		.function("proxy_get_current_time_nanoseconds", AbiVersion.V0_1_0, "i", ClockImports::getCurrentTime);

	private final HostClock host;

	private ClockImports(Guest guest) {
		this.host = guest.host().clock();
	}

	private Status getCurrentTime(GuestMemory memory, long[] arguments) {
		memory.writeLong((int) arguments[0], this.host.currentTimeNanos());
		return Status.OK;
	}

}
