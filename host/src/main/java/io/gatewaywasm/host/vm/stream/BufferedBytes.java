package io.gatewaywasm.host.vm.stream;

import java.util.concurrent.atomic.AtomicLongFieldUpdater;

import io.gatewaywasm.host.limits.MemoryBudget;

/**
 * The bytes of both bodies that are buffered for one stream, by the guest and by the
 * gateway. They are part of what all streams may buffer together, and none are counted
 * after the end of the stream. Thread-safe.
 */
final class BufferedBytes {

	private static final long ENDED = Long.MIN_VALUE;

	/** Saves an object for each stream, most of which buffer nothing. */
	private static final AtomicLongFieldUpdater<BufferedBytes> BYTES = AtomicLongFieldUpdater
		.newUpdater(BufferedBytes.class, "bytes");

	private final MemoryBudget all;

	private volatile long bytes;

	BufferedBytes(MemoryBudget all) {
		this.all = all;
	}

	/**
	 * Adds bytes, or removes them if the number is negative. Returns whether all streams
	 * together are within the limit; if not, the bytes are counted all the same.
	 */
	boolean add(long change) {
		long before;
		do {
			before = this.bytes;
			if (before == ENDED) {
				return true;
			}
		}
		while (!BYTES.compareAndSet(this, before, before + change));
		return this.all.add(change);
	}

	/** Removes all bytes. None are counted from now on. */
	void end() {
		long counted = BYTES.getAndSet(this, ENDED);
		if (counted != ENDED && counted != 0) {
			this.all.add(-counted);
		}
	}

}
