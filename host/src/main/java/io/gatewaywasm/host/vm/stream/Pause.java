package io.gatewaywasm.host.vm.stream;

import java.time.Duration;
import java.util.function.Supplier;

import io.gatewaywasm.host.spi.Cancellable;
import io.gatewaywasm.host.spi.TimeSource;

/**
 * The time in which the guest is expected to resume. {@code since} is the start of the
 * pause, by that clock.
 */
record Pause(TimeSource time, long since, Cancellable timer) {

	/** Begins a pause. {@code timer} starts the timer, which measures from now on. */
	static Pause begin(TimeSource time, Supplier<Cancellable> timer) {
		long since = time.nanoTime();
		return new Pause(time, since, timer.get());
	}

	boolean hasLasted(Duration timeout) {
		return this.time.nanoTime() - this.since >= timeout.toNanos();
	}

	void end() {
		this.timer.cancel();
	}

}
