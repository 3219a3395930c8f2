package io.gatewaywasm.host.vm;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/**
 * Measures the CPU time that the guest itself uses in one call: host functions, and
 * classes that they load, are left out. The clock is read only in a call that the
 * {@link Watchdog} has seen running and asked to be measured, so that a short call costs
 * no more than two writes for each host function.
 *
 * <p>
 * {@code mark} is one word, so that the watchdog reads it at once: inside the guest the
 * reading at which the guest would have started had it run without host functions, inside
 * a host function the time that the guest had used before. The lowest bit tells which.
 */
final class GuestClock {

	/**
	 * A guest that spends its time in host functions is stopped as well, when the call
	 * has used this many times its limit altogether.
	 */
	static final int TOTAL_FACTOR = 4;

	private static final long NONE = Long.MIN_VALUE;

	private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

	private static final VarHandle IN_HOST;

	static {
		try {
			IN_HOST = MethodHandles.lookup().findVarHandle(GuestClock.class, "inHost", boolean.class);
		}
		catch (ReflectiveOperationException ex) {
			throw new ExceptionInInitializerError(ex);
		}
	}

	@SuppressWarnings("unused")
	private boolean inHost;

	/** The call under way; used by the thread that is inside only. */
	private long call;

	/** Written by the watchdog before {@code measured}. */
	private long base;

	private long limit;

	private volatile long measured;

	private volatile long mark = NONE;

	/**
	 * Begin a call. Called by the thread that is inside, as are all methods but those for
	 * the watchdog.
	 * @param number the number of the call
	 */
	void begin(long number) {
		this.call = number;
		IN_HOST.setOpaque(this, false);
		if (this.mark != NONE) {
			this.mark = NONE;
		}
	}

	/**
	 * Leave the guest for a host function.
	 * @return whether the call has used up its time
	 */
	boolean enterHost() {
		IN_HOST.setOpaque(this, true);
		return isMeasured() && stopGuest();
	}

	private boolean stopGuest() {
		long now = THREADS.getCurrentThreadCpuTime();
		long used = used(this.mark, now);
		this.mark = (used << 1) | 1;
		return isUsedUp(used, now);
	}

	/** Return to the guest, or enter it from a host function. */
	void enterGuest() {
		if (isMeasured()) {
			long before = this.mark;
			long used = (before == NONE) ? 0 : before >> 1;
			this.mark = (THREADS.getCurrentThreadCpuTime() - used) << 1;
		}
		IN_HOST.setOpaque(this, false);
	}

	/**
	 * Return what the guest has used, at the end of the call.
	 * @return nanoseconds, or 0 if the call was too short to be measured
	 */
	long end() {
		return isMeasured() ? used(this.mark, THREADS.getCurrentThreadCpuTime()) : 0;
	}

	private boolean isMeasured() {
		return this.measured == this.call;
	}

	/**
	 * Have a call measured from now on. Called by the watchdog.
	 * @param number the number of the call
	 * @param cpu the CPU time of the thread that is inside
	 * @param nanos the limit of the call
	 */
	void measure(long number, long cpu, long nanos) {
		this.base = cpu;
		this.limit = nanos;
		this.measured = number;
	}

	/**
	 * Return the state of the clock, to be passed to {@link #isOver}. Called by the
	 * watchdog before it reads the CPU time.
	 * @return the state
	 */
	long mark() {
		return this.mark;
	}

	/**
	 * Return whether the call has used up its time. Called by the watchdog.
	 * @param before the state of the clock before the CPU time was read
	 * @param cpu the CPU time of the thread that is inside
	 * @return whether it has; {@code false} if a host function began or ended meanwhile,
	 * where the thread that is inside looks itself
	 */
	boolean isOver(long before, long cpu) {
		long used = (before == NONE && (boolean) IN_HOST.getOpaque(this)) ? 0 : used(before, cpu);
		return (this.mark == before) ? isUsedUp(used, cpu) : isUsedUp(0, cpu);
	}

	private boolean isUsedUp(long used, long cpu) {
		return used >= this.limit || (cpu - this.base) / TOTAL_FACTOR >= this.limit;
	}

	private long used(long state, long cpu) {
		if (state == NONE) {
			return cpu - this.base;
		}
		return ((state & 1) == 1) ? state >> 1 : cpu - (state >> 1);
	}

	/**
	 * Return the limit of the measured call.
	 * @return nanoseconds
	 */
	long limit() {
		return this.limit;
	}

}
