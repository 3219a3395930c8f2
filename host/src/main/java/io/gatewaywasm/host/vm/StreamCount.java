package io.gatewaywasm.host.vm;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the streams of a VM, and decides whether it accepts more. Thread-safe: one
 * thread can retire the VM while others add streams.
 */
final class StreamCount {

	private static final int CLOSED = Integer.MIN_VALUE;

	/** The number of streams, or {@link #CLOSED}. */
	private final AtomicInteger streams = new AtomicInteger();

	private volatile boolean retiring;

	/**
	 * Counts a new stream. Returns {@code false} if the VM was retired and its last
	 * stream has ended.
	 */
	boolean enter() {
		int count;
		do {
			count = this.streams.get();
			if (count == CLOSED) {
				return false;
			}
		}
		while (!this.streams.compareAndSet(count, count + 1));
		return true;
	}

	/** Counts a stream that has ended. Returns whether the VM must be closed now. */
	boolean leave() {
		this.streams.decrementAndGet();
		return closeIfUnused();
	}

	/**
	 * Retires the VM, so that it is closed after its last stream. Returns whether it must
	 * be closed now.
	 */
	boolean retire() {
		this.retiring = true;
		return closeIfUnused();
	}

	private boolean closeIfUnused() {
		return this.retiring && this.streams.compareAndSet(0, CLOSED);
	}

	boolean isRetiring() {
		return this.retiring;
	}

}
