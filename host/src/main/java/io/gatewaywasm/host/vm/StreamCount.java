package io.gatewaywasm.host.vm;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the streams of a VM or of a generation of a plugin, and decides whether it
 * accepts more. Thread-safe: one thread can retire it while others add streams.
 */
public final class StreamCount {

	private static final int CLOSED = Integer.MIN_VALUE;

	/** The number of streams, or {@link #CLOSED}. */
	private final AtomicInteger streams = new AtomicInteger();

	private volatile boolean retiring;

	/**
	 * Counts a new stream. Returns {@code false} if it was retired and the last stream
	 * has ended.
	 */
	public boolean enter() {
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

	/** Counts a stream that has ended. Returns whether the owner must be closed now. */
	public boolean leave() {
		this.streams.decrementAndGet();
		return closeIfUnused();
	}

	/**
	 * Accepts no more streams after the last one has ended. Returns whether the owner
	 * must be closed now.
	 */
	public boolean retire() {
		this.retiring = true;
		return closeIfUnused();
	}

	private boolean closeIfUnused() {
		return this.retiring && this.streams.compareAndSet(0, CLOSED);
	}

	/** Returns the number of streams. */
	public int streams() {
		return Math.max(0, this.streams.get());
	}

	boolean isRetiring() {
		return this.retiring;
	}

}
