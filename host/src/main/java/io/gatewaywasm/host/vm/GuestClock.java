package io.gatewaywasm.host.vm;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/**
 * Measures the CPU time that the guest itself uses in one call, without host functions
 * and the classes that they load. A call is measured only after the {@link Watchdog} has
 * seen it running and has requested it, so a short call costs only two writes for each
 * host function.
 *
 * <p>
 * {@code mark} is one word, so that the watchdog reads it atomically. Inside the guest,
 * it is the CPU time at the entry, minus the guest's CPU time so far. Inside a host
 * function, it is the CPU time that the guest used before. The lowest bit distinguishes
 * the two.
 */
final class GuestClock {

	/**
	 * The total time of a call, in multiples of its limit, at which it is stopped even if
	 * the guest spends it in host functions.
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

	/** The number of the current call. Used only by the thread inside the VM. */
	private long call;

	/** Written by the watchdog before {@code measured}. */
	private long base;

	private long limit;

	private volatile long measured;

	private volatile long mark = NONE;

	/**
	 * Begins a call with this number. Like all methods except those for the watchdog,
	 * called by the thread inside the VM.
	 */
	void begin(long number) {
		this.call = number;
		IN_HOST.setOpaque(this, false);
		if (this.mark != NONE) {
			this.mark = NONE;
		}
	}

	/**
	 * Leaves the guest for a host function, and returns whether the call has used up its
	 * time.
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

	/** Returns to the guest, or enters it from a host function. */
	void enterGuest() {
		if (isMeasured()) {
			long before = this.mark;
			long used = (before == NONE) ? 0 : before >> 1;
			this.mark = (THREADS.getCurrentThreadCpuTime() - used) << 1;
		}
		IN_HOST.setOpaque(this, false);
	}

	/**
	 * Ends the call, and returns the CPU time in nanoseconds that the guest used, or 0 if
	 * the call was too short to be measured.
	 */
	long end() {
		return isMeasured() ? used(this.mark, THREADS.getCurrentThreadCpuTime()) : 0;
	}

	private boolean isMeasured() {
		return this.measured == this.call;
	}

	/**
	 * Starts measuring a call. {@code cpu} is the CPU time of the thread inside the VM,
	 * and {@code nanos} is the limit of the call. Called by the watchdog.
	 */
	void measure(long number, long cpu, long nanos) {
		this.base = cpu;
		this.limit = nanos;
		this.measured = number;
	}

	/**
	 * Returns the state of the clock, to be passed to {@link #isOver}. Called by the
	 * watchdog before it reads the CPU time.
	 */
	long mark() {
		return this.mark;
	}

	/**
	 * Returns whether the call has used up its time. {@code before} is the state of the
	 * clock before {@code cpu} was read. If a host function began or ended since then,
	 * only the total time counts, because the thread inside the VM has checked the time
	 * of the guest itself. Called by the watchdog.
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
	 * Returns whether a state from {@link #mark()} is inside a host function. While the
	 * state stays the same, that function has not returned. Called by the watchdog.
	 */
	boolean isInHost(long state) {
		return (state == NONE) ? (boolean) IN_HOST.getOpaque(this) : (state & 1) == 1;
	}

	/** Returns the limit of the measured call in nanoseconds. */
	long limit() {
		return this.limit;
	}

}
