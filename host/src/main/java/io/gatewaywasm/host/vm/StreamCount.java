package io.gatewaywasm.host.vm;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many streams a VM has, and whether it takes more. Thread-safe: a VM is retired by
 * one thread while others bring streams.
 */
final class StreamCount {

	private static final int CLOSED = Integer.MIN_VALUE;

	/** The number of streams, or {@link #CLOSED}. */
	private final AtomicInteger streams = new AtomicInteger();

	private volatile boolean retiring;

	/**
	 * Count a stream.
	 * @return {@code false} if the VM is given up because its last stream has ended
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

	/**
	 * A stream has ended.
	 * @return whether the VM is to be given up now
	 */
	boolean leave() {
		this.streams.decrementAndGet();
		return closeIfUnused();
	}

	/**
	 * Be given up once the last stream has ended.
	 * @return whether that is now
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

	int get() {
		return Math.max(0, this.streams.get());
	}

}
