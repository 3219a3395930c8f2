package io.gatewaywasm.host.engine.chicory;

import io.gatewaywasm.host.limits.MemoryBudget;

/**
 * The share of a {@link MemoryBudget} that one instance uses.
 */
final class MemoryShare {

	private final MemoryBudget budget;

	private long bytes;

	private boolean closed;

	MemoryShare(MemoryBudget budget) {
		this.budget = budget;
	}

	/**
	 * Reserves memory so that the instance has {@code size} bytes altogether. Returns
	 * {@code false} if the budget does not allow that much.
	 */
	synchronized boolean reserve(long size) {
		if (size <= this.bytes) {
			return true;
		}
		if (this.closed || !this.budget.reserve(size - this.bytes)) {
			return false;
		}
		this.bytes = size;
		return true;
	}

	/** Returns memory so that the instance keeps {@code size} bytes. */
	synchronized void reduce(long size) {
		if (size < this.bytes) {
			this.budget.release(this.bytes - size);
			this.bytes = size;
		}
	}

	/**
	 * Reserves additional memory. Returns {@code false} if the budget does not allow that
	 * much.
	 */
	synchronized boolean add(long more) {
		return reserve(this.bytes + more);
	}

	/** Returns part of the memory. */
	synchronized void remove(long less) {
		if (!this.closed) {
			reduce(this.bytes - less);
		}
	}

	/** Returns all memory. No more can be reserved afterwards. */
	synchronized void close() {
		this.budget.release(this.bytes);
		this.bytes = 0;
		this.closed = true;
	}

}
