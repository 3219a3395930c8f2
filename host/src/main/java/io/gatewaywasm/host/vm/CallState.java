package io.gatewaywasm.host.vm;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The state of a VM's current call.
 *
 * <pre>
 *   IDLE ──enter──&gt; GUEST ──host call that may block──&gt; HOST ──return──&gt; GUEST ──leave──&gt; IDLE
 *                     │ too long: interrupted               │ too long
 *                     └────────&gt; STOPPED                    ├──&gt; EXPIRED, fails when it returns
 *                                                           └──&gt; LOST, the VM was taken away
 * </pre>
 *
 * The state and the number of the call are in one word, so that a decision about one call
 * can never affect the next.
 */
final class CallState {

	static final long IDLE = 0;

	static final long GUEST = 1;

	static final long HOST = 2;

	/**
	 * The watchdog is about to interrupt. The holder waits for the few instructions that
	 * this takes.
	 */
	static final long STOPPING = 3;

	static final long STOPPED = 4;

	static final long EXPIRED = 5;

	/** The host function does not return, and its thread no longer holds the VM. */
	static final long LOST = 6;

	private static final long STATE = 7;

	private static final int NUMBER_SHIFT = 3;

	private final AtomicLong word = new AtomicLong();

	/** Returns the state. */
	long get() {
		return this.word.get() & STATE;
	}

	/** Returns the number of the next call. Called by the holder of the VM. */
	long nextCall() {
		return (this.word.getPlain() >>> NUMBER_SHIFT) + 1;
	}

	/** Enters the guest. Called by the holder of the VM. */
	void enter(long call) {
		this.word.setRelease(word(call, GUEST));
	}

	/**
	 * Changes the state if it is {@code from}. Returns {@code false} if it is not. Called
	 * by the holder of the VM, whose call is the current one.
	 */
	boolean change(long from, long to) {
		return change(this.word.getPlain() >>> NUMBER_SHIFT, from, to);
	}

	/**
	 * Changes the state if it is {@code from} and this call is the current one. Returns
	 * {@code false} if it is not.
	 */
	boolean change(long call, long from, long to) {
		return this.word.compareAndSet(word(call, from), word(call, to));
	}

	/** Marks that a call in the state {@link #STOPPING} was interrupted. */
	void stopped(long call) {
		this.word.set(word(call, STOPPED));
	}

	/**
	 * Returns the number of the current call if it is in one of these states, otherwise
	 * 0.
	 */
	long callIn(long one, long other) {
		long now = this.word.get();
		long state = now & STATE;
		return (state == one || state == other) ? now >>> NUMBER_SHIFT : 0;
	}

	private static long word(long call, long state) {
		return (call << NUMBER_SHIFT) | state;
	}

}
