package io.gatewaywasm.host.vm.hostcall;

import java.time.Instant;

import io.gatewaywasm.host.imports.HostClock;
import io.gatewaywasm.host.spi.TimeSource;

/**
 * The gateway's clocks, and the timer of the effective root context.
 */
final class ContextClock implements HostClock {

	private final VmScope vm;

	private final TimeSource time;

	ContextClock(VmScope vm) {
		this.vm = vm;
		this.time = vm.services().time();
	}

	@Override
	public long currentTimeNanos() {
		Instant now = this.time.now();
		return now.getEpochSecond() * 1_000_000_000L + now.getNano();
	}

	@Override
	public long monotonicTimeNanos() {
		return this.time.nanoTime();
	}

	@Override
	public void setTickPeriod(int milliseconds) {
		this.vm.context().root().tickPeriod(milliseconds);
	}

}
