package io.gatewaywasm.host.vm;

import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

/**
 * Where the thread that holds a VM is at this moment, so that a {@link Watchdog} can stop
 * a runaway guest and never anything else.
 *
 * <pre>
 *   IDLE ──enter──&gt; GUEST ──host call that may block──&gt; HOST ──back──&gt; GUEST ──leave──&gt; IDLE
 *                     │ too long: interrupted               │ too long
 *                     └────────&gt; STOPPED                    └──&gt; EXPIRED, fails when it returns
 * </pre>
 *
 * The word holds the state and the number of the call, so that a decision made about one
 * call can never hit the next. Only an interrupt that was sent by the watchdog is
 * cleared; one that was pending before is put back.
 */
final class CallGuard {

	private static final long IDLE = 0;

	private static final long GUEST = 1;

	private static final long HOST = 2;

	/**
	 * The watchdog is about to interrupt; the holder waits the few instructions it takes.
	 */
	private static final long STOPPING = 3;

	private static final long STOPPED = 4;

	private static final long EXPIRED = 5;

	private static final long STATE = 7;

	private static final long NEXT_CALL = 8;

	private final AtomicLong word = new AtomicLong();

	/** Written before the word, read after it. */
	private @Nullable Thread thread;

	private long limitNanos = Long.MAX_VALUE;

	private boolean interruptPending;

	/**
	 * Enter the guest. Called by the holder of the VM.
	 * @param limit the nanoseconds of CPU time that the call may use
	 */
	void enter(long limit) {
		this.interruptPending = Thread.interrupted();
		this.thread = Thread.currentThread();
		this.limitNanos = limit;
		this.word.setRelease(((this.word.getPlain() | STATE) ^ STATE) + NEXT_CALL + GUEST);
	}

	/**
	 * Leave the guest, however it ended.
	 * @return whether the watchdog stopped this call
	 */
	boolean leave() {
		if ((this.word.get() & STATE) == IDLE) {
			return false;
		}
		long inGuest = (this.word.getPlain() & ~STATE) | GUEST;
		boolean stopped = false;
		if (!this.word.compareAndSet(inGuest, inGuest - GUEST)) {
			stopped = settle();
			this.word.set(inGuest - GUEST);
		}
		if (this.interruptPending) {
			Thread.currentThread().interrupt();
		}
		return stopped;
	}

	/**
	 * Leave the guest for a host function that may do I/O or call the application's code,
	 * where an interrupt could break something.
	 * @throws DeadlineException if the call was stopped just now
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
	 * Return to the guest.
	 * @throws DeadlineException if the time ran out meanwhile
	 */
	void leaveHost() {
		long inHost = (this.word.get() & ~STATE) | HOST;
		if (!this.word.compareAndSet(inHost, (inHost & ~STATE) | GUEST) && (this.word.get() & STATE) == EXPIRED) {
			throw DeadlineException.INSTANCE;
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
		return state == STOPPED || state == EXPIRED;
	}

	/**
	 * Return the call under way, for the watchdog.
	 * @return the word, or 0 if no guest runs
	 */
	long running() {
		long now = this.word.get();
		long state = now & STATE;
		return (state == GUEST || state == HOST) ? now >>> 3 : 0;
	}

	long limitNanos() {
		return this.limitNanos;
	}

	@Nullable Thread thread() {
		return this.thread;
	}

	/**
	 * Return whether a host function that may block runs, for the watchdog.
	 * @return whether it does
	 */
	boolean isInHost() {
		return (this.word.get() & STATE) == HOST;
	}

	/**
	 * Stop a call if it is still the one that runs. Called by the watchdog.
	 * @param call what {@link #running()} returned
	 */
	void stop(long call) {
		long base = call << 3;
		Thread holder = this.thread;
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
