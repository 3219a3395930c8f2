package io.gatewaywasm.host.vm;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * The state of the thread that holds a VM, so that a {@link Watchdog} can interrupt a
 * runaway guest without ever interrupting anything else.
 *
 * <pre>
 *   IDLE ──enter──&gt; GUEST ──host call that may block──&gt; HOST ──return──&gt; GUEST ──leave──&gt; IDLE
 *                     │ too long: interrupted               │ too long
 *                     └────────&gt; STOPPED                    ├──&gt; EXPIRED, fails when it returns
 *                                                           └──&gt; LOST, the VM was taken away
 * </pre>
 *
 * The state and the number of the call are in one word, so that a decision about one call
 * can never affect the next. Only an interrupt that the watchdog sent is cleared. An
 * interrupt that was pending before the call is restored.
 */
final class CallGuard {

	private static final long IDLE = 0;

	private static final long GUEST = 1;

	private static final long HOST = 2;

	/**
	 * The watchdog is about to interrupt. The holder waits for the few instructions that
	 * this takes.
	 */
	private static final long STOPPING = 3;

	private static final long STOPPED = 4;

	private static final long EXPIRED = 5;

	/** The host function does not return, and its thread no longer holds the VM. */
	private static final long LOST = 6;

	private static final long STATE = 7;

	private static final long NEXT_CALL = 8;

	private static final int FRAMES = 4;

	private final AtomicLong word = new AtomicLong();

	/** Written before the state, read after it. */
	private @Nullable Thread thread;

	private CallLimit limit = new CallLimit(Long.MAX_VALUE, Long.MAX_VALUE);

	/** Written before the call is stopped, read after it. */
	private long exceeded;

	private long used;

	private boolean interruptPending;

	private volatile @Nullable Runnable takeOver;

	private final GuestClock clock = new GuestClock();

	/** Enters the guest with a limit for its CPU time. Called by the holder of the VM. */
	void enter(CallLimit callLimit) {
		this.interruptPending = Thread.interrupted();
		this.thread = Thread.currentThread();
		this.limit = callLimit;
		long next = ((this.word.getPlain() | STATE) ^ STATE) + NEXT_CALL + GUEST;
		this.clock.begin(next >>> 3);
		this.word.setRelease(next);
	}

	/**
	 * Leaves the guest after a result or a trap, and returns whether the watchdog stopped
	 * this call. Throws a {@link VmTakenException} if the VM was declared lost, so that
	 * this thread no longer holds it.
	 */
	boolean leave() {
		if ((this.word.get() & STATE) == IDLE) {
			return false;
		}
		this.used = this.clock.end();
		long inGuest = (this.word.getPlain() & ~STATE) | GUEST;
		boolean stopped = false;
		if (!this.word.compareAndSet(inGuest, inGuest - GUEST)) {
			stopped = settle();
			leaveStopped(inGuest - GUEST);
		}
		restoreInterrupt();
		return stopped;
	}

	private void leaveStopped(long idle) {
		long now;
		do {
			now = this.word.get();
			if ((now & STATE) == LOST) {
				restoreInterrupt();
				throw VmTakenException.INSTANCE;
			}
		}
		while (!this.word.compareAndSet(now, idle));
	}

	private void restoreInterrupt() {
		if (this.interruptPending) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Returns the CPU time in nanoseconds that the guest used in the last call, or 0 if
	 * the call was too short to be measured.
	 */
	long used() {
		return this.used;
	}

	/**
	 * Returns the limit in nanoseconds of CPU time that the last stopped call exceeded.
	 */
	long exceeded() {
		return this.exceeded;
	}

	/**
	 * Marks the start of a host function, whose CPU time does not count as the guest's.
	 * Throws a {@link DeadlineException} if the guest has used up its time.
	 */
	void beginFunction() {
		if (this.clock.enterHost()) {
			expire();
		}
	}

	/** Marks the end of a host function. */
	void endFunction() {
		this.clock.enterGuest();
	}

	/** Marks that a host function enters the guest, whose CPU time counts again. */
	void reenter() {
		this.clock.enterGuest();
	}

	/** Marks the return from the guest to the host function that entered it. */
	void leaveAgain() {
		this.clock.enterHost();
	}

	private void expire() {
		long now = this.word.get();
		if ((now & STATE) == GUEST) {
			this.exceeded = this.clock.limit();
			if (this.word.compareAndSet(now, (now & ~STATE) | EXPIRED)) {
				throw DeadlineException.INSTANCE;
			}
		}
		if ((now & STATE) != IDLE && settle()) {
			throw DeadlineException.INSTANCE;
		}
	}

	/**
	 * Leaves the guest for a host function that may do I/O or call application code,
	 * where an interrupt could cause damage. Throws a {@link DeadlineException} if the
	 * call was just stopped.
	 */
	void enterHost() {
		long now = this.word.getPlain();
		if ((now & STATE) != GUEST || !this.word.compareAndSet(now, (now & ~STATE) | HOST)) {
			if ((now & STATE) != IDLE && settle()) {
				throw DeadlineException.INSTANCE;
			}
		}
	}

	/**
	 * Returns to the guest. Throws a {@link DeadlineException} if its time ran out during
	 * the host function.
	 */
	void leaveHost() {
		long inHost = (this.word.get() & ~STATE) | HOST;
		if (!this.word.compareAndSet(inHost, (inHost & ~STATE) | GUEST)) {
			long state = this.word.get() & STATE;
			if (state == EXPIRED || state == LOST) {
				throw DeadlineException.INSTANCE;
			}
		}
	}

	private boolean settle() {
		while ((this.word.get() & STATE) == STOPPING) {
			Thread.onSpinWait();
		}
		long state = this.word.get() & STATE;
		if (state == STOPPED) {
			Thread.interrupted();
		}
		return state == STOPPED || state == EXPIRED || state == LOST;
	}

	/**
	 * Returns the number of the current call, or 0 if there is none or its time ran out.
	 * Called by the watchdog.
	 */
	long running() {
		long now = this.word.get();
		long state = now & STATE;
		return (state == GUEST || state == HOST) ? now >>> 3 : 0;
	}

	/**
	 * Returns the number of the current call if it is inside a host function that may
	 * block, otherwise 0. Called by the watchdog.
	 */
	long inHost() {
		long now = this.word.get();
		long state = now & STATE;
		return (state == HOST || state == EXPIRED) ? now >>> 3 : 0;
	}

	/**
	 * Returns the top stack frames of the thread that entered the guest last, without
	 * frames of the JDK.
	 */
	String where() {
		Thread holder = this.thread;
		return (holder == null) ? ""
				: Arrays.stream(holder.getStackTrace())
					.filter((frame) -> frame.getModuleName() == null || !frame.getModuleName().startsWith("java."))
					.limit(FRAMES)
					.map((frame) -> frame.getClassName() + "." + frame.getMethodName() + "(" + frame.getFileName() + ":"
							+ frame.getLineNumber() + ")")
					.collect(Collectors.joining(" < "));
	}

	/**
	 * Allows the watchdog to declare the VM lost. The task takes the VM from the thread
	 * that holds it, and must not block.
	 */
	void onLoss(Runnable task) {
		this.takeOver = task;
	}

	/**
	 * Declares the VM lost if the call that {@link #inHost()} returned is still inside
	 * the same host function. Called by the watchdog.
	 */
	void lose(long call) {
		Runnable task = this.takeOver;
		long base = call << 3;
		if (task != null && (this.word.compareAndSet(base | HOST, base | LOST)
				|| this.word.compareAndSet(base | EXPIRED, base | LOST))) {
			task.run();
		}
	}

	CallLimit limit() {
		return this.limit;
	}

	GuestClock clock() {
		return this.clock;
	}

	@Nullable Thread thread() {
		return this.thread;
	}

	/**
	 * Stops the call that {@link #running()} returned, if it still runs. {@code
	 * limitNanos} is the limit that it exceeded. Called by the watchdog.
	 */
	void stop(long call, long limitNanos) {
		long base = call << 3;
		Thread holder = this.thread;
		this.exceeded = limitNanos;
		if (this.word.compareAndSet(base | GUEST, base | STOPPING)) {
			if (holder != null) {
				holder.interrupt();
			}
			this.word.set(base | STOPPED);
		}
		else {
			this.word.compareAndSet(base | HOST, base | EXPIRED);
		}
	}

}
