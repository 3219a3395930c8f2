package io.gatewaywasm.host.vm;

import java.util.function.LongSupplier;

import io.gatewaywasm.host.abi.Callback;
import io.gatewaywasm.host.spi.PhaseOutcome;

/**
 * The times of the callbacks of one VM, for meters. Reading the clock takes longer than
 * entering and leaving the guest, so only the first callbacks after each check of the
 * {@link Watchdog} are measured. For all others, the latest measured time of the same
 * callback and outcome is returned, or, if several checks happened in the meantime, the
 * time between these checks. Used only inside the VM.
 */
public final class CallbackTimes {

	/** The number of callbacks that are measured after each check of the watchdog. */
	static final int MEASURED = 16;

	private static final int CALLBACKS = Callback.values().length;

	private static final int OUTCOMES = PhaseOutcome.values().length;

	private final LongSupplier checks;

	private final LongSupplier nanoTime;

	private long check;

	private int left = MEASURED;

	/** The latest measured time by callback, or 0. */
	private final long[] ofCallback = new long[CALLBACKS];

	/** The latest measured time by callback and outcome, or 0. */
	private final long[] ofOutcome = new long[CALLBACKS * OUTCOMES];

	/**
	 * Creates the times of a VM. {@code checks} returns the number of checks that the
	 * watchdog has made.
	 */
	CallbackTimes(LongSupplier checks, LongSupplier nanoTime) {
		this.checks = checks;
		this.nanoTime = nanoTime;
	}

	/**
	 * Begins a callback, and returns a value to be passed to {@link #end}: the time with
	 * the lowest bit set if the callback is measured, otherwise twice the number of the
	 * last check.
	 */
	@SuppressWarnings("EnumOrdinal")
	public long begin(Callback callback) {
		long now = this.checks.getAsLong();
		if (now != this.check) {
			this.check = now;
			this.left = MEASURED;
		}
		if (this.left == 0 && this.ofCallback[callback.ordinal()] != 0) {
			return now << 1;
		}
		this.left = Math.max(0, this.left - 1);
		return this.nanoTime.getAsLong() | 1;
	}

	/**
	 * Ends a callback and returns its time in nanoseconds. {@code begun} is what
	 * {@link #begin} returned.
	 */
	@SuppressWarnings("EnumOrdinal")
	public long end(Callback callback, long begun, PhaseOutcome outcome) {
		int index = callback.ordinal() * OUTCOMES + outcome.ordinal();
		if ((begun & 1) == 1) {
			long measured = (this.nanoTime.getAsLong() | 1) - begun;
			this.ofCallback[callback.ordinal()] = Math.max(1, measured);
			this.ofOutcome[index] = Math.max(1, measured);
			return measured;
		}
		long latest = (this.ofOutcome[index] != 0) ? this.ofOutcome[index] : this.ofCallback[callback.ordinal()];
		// The callback began before the first of these checks, and ended after the last
		long passed = this.checks.getAsLong() - (begun >> 1);
		return (passed > 1) ? Math.max(latest, (passed - 1) * Watchdog.PACE.toNanos()) : latest;
	}

}
