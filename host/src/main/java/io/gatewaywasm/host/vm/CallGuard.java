package io.gatewaywasm.host.vm;

import org.jspecify.annotations.Nullable;

/**
 * Guards the thread that holds a VM, so that a {@link Watchdog} can interrupt a runaway
 * guest without ever interrupting anything else. Only an interrupt that the watchdog sent
 * is cleared. An interrupt that was pending before the call is restored. The parts of a
 * call are nested:
 *
 * <pre>
 *   enter                                       the guest runs
 *     beginFunction                             its CPU time does not count
 *       enterHost … leaveHost                   may block, is not interrupted
 *       beginNestedCall … endNestedCall         the guest runs, its CPU time counts
 *     endFunction
 *   leave
 * </pre>
 */
final class CallGuard {

	private final CallState state = new CallState();

	private final GuestThread thread = new GuestThread();

	private CallLimit limit = new CallLimit(Long.MAX_VALUE, Long.MAX_VALUE);

	/** Written before the call is stopped, read after it. */
	private long exceeded;

	private long used;

	private volatile @Nullable Runnable takeOver;

	private final GuestClock clock = new GuestClock();

	/** Enters the guest with a limit for its CPU time. Called by the holder of the VM. */
	@SuppressWarnings("ReferenceEquality")
	void enter(CallLimit callLimit) {
		this.thread.enter();
		// With G1, each store of a reference is followed by a memory fence
		if (this.limit != callLimit) {
			this.limit = callLimit;
		}
		long call = this.state.nextCall();
		this.clock.begin(call);
		this.state.enter(call);
	}

	/**
	 * Leaves the guest after a result or a trap, and returns whether the watchdog stopped
	 * this call. Throws a {@link VmTakenException} if the VM was declared lost, so that
	 * this thread no longer holds it.
	 */
	boolean leave() {
		if (this.state.get() == CallState.IDLE) {
			return false;
		}
		this.used = this.clock.end();
		boolean stopped = false;
		if (!this.state.change(CallState.GUEST, CallState.IDLE)) {
			stopped = awaitWatchdog();
			leaveStopped();
		}
		this.thread.leave();
		return stopped;
	}

	private void leaveStopped() {
		long now;
		do {
			now = this.state.get();
			if (now == CallState.LOST) {
				this.thread.leave();
				throw VmTakenException.INSTANCE;
			}
		}
		while (!this.state.change(now, CallState.IDLE));
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

	/** Marks that a host function calls the guest, whose CPU time counts again. */
	void beginNestedCall() {
		this.clock.enterGuest();
	}

	/** Resumes the host function after a nested guest call. */
	void endNestedCall() {
		this.clock.enterHost();
	}

	private void expire() {
		if (this.state.get() == CallState.GUEST) {
			this.exceeded = this.clock.limit();
			if (this.state.change(CallState.GUEST, CallState.EXPIRED)) {
				throw DeadlineException.INSTANCE;
			}
		}
		if (awaitWatchdog()) {
			throw DeadlineException.INSTANCE;
		}
	}

	/**
	 * Leaves the guest for a host function that may do I/O or call application code,
	 * where an interrupt could cause damage. Throws a {@link DeadlineException} if the
	 * call was just stopped.
	 */
	void enterHost() {
		if (!this.state.change(CallState.GUEST, CallState.HOST) && awaitWatchdog()) {
			throw DeadlineException.INSTANCE;
		}
	}

	/**
	 * Returns to the guest. Throws a {@link DeadlineException} if its time ran out during
	 * the host function.
	 */
	void leaveHost() {
		if (!this.state.change(CallState.HOST, CallState.GUEST)) {
			long now = this.state.get();
			if (now == CallState.EXPIRED || now == CallState.LOST) {
				throw DeadlineException.INSTANCE;
			}
		}
	}

	/**
	 * Waits until a decision of the watchdog is final, and clears its interrupt. Returns
	 * whether the watchdog stopped the call.
	 */
	private boolean awaitWatchdog() {
		while (this.state.get() == CallState.STOPPING) {
			Thread.onSpinWait();
		}
		long now = this.state.get();
		if (now == CallState.STOPPED) {
			Thread.interrupted();
		}
		return now == CallState.STOPPED || now == CallState.EXPIRED || now == CallState.LOST;
	}

	/**
	 * Returns the number of the current call, or 0 if there is none or its time ran out.
	 * Called by the watchdog.
	 */
	long running() {
		return this.state.callIn(CallState.GUEST, CallState.HOST);
	}

	/**
	 * Returns the number of the current call if it is inside a host function that may
	 * block, otherwise 0. Called by the watchdog.
	 */
	long inHost() {
		return this.state.callIn(CallState.HOST, CallState.EXPIRED);
	}

	/**
	 * Returns the top stack frames of the thread that entered the guest last, without
	 * frames of the JDK.
	 */
	String where() {
		return this.thread.where();
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
		if (task != null && (this.state.change(call, CallState.HOST, CallState.LOST)
				|| this.state.change(call, CallState.EXPIRED, CallState.LOST))) {
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
		return this.thread.get();
	}

	/**
	 * Stops the call that {@link #running()} returned, if it still runs. {@code
	 * limitNanos} is the limit that it exceeded. Called by the watchdog.
	 */
	void stop(long call, long limitNanos) {
		Thread holder = this.thread.get();
		this.exceeded = limitNanos;
		if (this.state.change(call, CallState.GUEST, CallState.STOPPING)) {
			if (holder != null) {
				holder.interrupt();
			}
			this.state.stopped(call);
		}
		else {
			this.state.change(call, CallState.HOST, CallState.EXPIRED);
		}
	}

}
