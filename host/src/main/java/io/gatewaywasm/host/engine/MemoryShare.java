package io.gatewaywasm.host.engine;

/**
 * What one instance has of a {@link MemoryBudget}.
 */
final class MemoryShare {

	private final MemoryBudget budget;

	private long bytes;

	private boolean closed;

	MemoryShare(MemoryBudget budget) {
		this.budget = budget;
	}

	/**
	 * Make sure of memory, unless the instance has had as much before.
	 * @param size the bytes that it needs altogether
	 * @return {@code false} if the budget does not have as much
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

	/**
	 * Give back what is not needed any more.
	 * @param size the bytes that the instance still needs
	 */
	synchronized void reduce(long size) {
		if (size < this.bytes) {
			this.budget.release(this.bytes - size);
			this.bytes = size;
		}
	}

	/**
	 * Make sure of more memory than the instance has.
	 * @param more the bytes that it needs besides
	 * @return {@code false} if the budget does not have as much
	 */
	synchronized boolean add(long more) {
		return reserve(this.bytes + more);
	}

	/**
	 * Give back a part.
	 * @param less the bytes that are not needed any more
	 */
	synchronized void remove(long less) {
		if (!this.closed) {
			reduce(this.bytes - less);
		}
	}

	/**
	 * Give everything back. The instance can have no more.
	 */
	synchronized void close() {
		this.budget.release(this.bytes);
		this.bytes = 0;
		this.closed = true;
	}

}
