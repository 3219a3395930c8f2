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

	private CallLimit limit = new CallLimit(Long.MAX_VALUE, Long.MAX_VALUE);

	/** Written before the call is stopped, read after it. */
	private long exceeded;

	private long used;

	private boolean interruptPending;

	private final GuestClock clock = new GuestClock();

	/**
	 * Enter the guest. Called by the holder of the VM.
	 * @param callLimit the CPU time that the call may use
	 */
	void enter(CallLimit callLimit) {
		this.interruptPending = Thread.interrupted();
		this.thread = Thread.currentThread();
		this.limit = callLimit;
		long next = ((this.word.getPlain() | STATE) ^ STATE) + NEXT_CALL + GUEST;
		this.clock.begin(next >>> 3);
		this.word.setRelease(next);
	}

	/**
	 * Leave the guest, however it ended.
	 * @return whether the watchdog stopped this call
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
			this.word.set(inGuest - GUEST);
		}
		if (this.interruptPending) {
			Thread.currentThread().interrupt();
		}
		return stopped;
	}

	/**
	 * Return the CPU time that the guest used in the call that was left last.
	 * @return nanoseconds, or 0 if the call was too short to be measured
	 */
	long used() {
		return this.used;
	}

	/**
	 * Return the limit that the call exceeded that was stopped last.
	 * @return nanoseconds of CPU time
	 */
	long exceeded() {
		return this.exceeded;
	}

	/**
	 * A host function begins: from here on its CPU time is not the guest's.
	 * @throws DeadlineException if the guest has used up its time
	 */
	void beginFunction() {
		if (this.clock.enterHost()) {
			expire();
		}
	}

	/** A host function ends. */
	void endFunction() {
		this.clock.enterGuest();
	}

	/** A host function enters the guest: its CPU time counts. */
	void reenter() {
		this.clock.enterGuest();
	}

	/** The guest returns to the host function that entered it. */
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
	 * Stop a call if it is still the one that runs. Called by the watchdog.
	 * @param call what {@link #running()} returned
	 * @param limitNanos the limit that it exceeded
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
