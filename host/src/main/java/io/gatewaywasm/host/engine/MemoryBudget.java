package io.gatewaywasm.host.engine;

import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

/**
 * The memory that several instances may have together, possibly as a part of a larger
 * budget. Thread-safe.
 */
public final class MemoryBudget {

	/** As much as anybody wants. */
	public static final MemoryBudget UNLIMITED = new MemoryBudget(Long.MAX_VALUE, null);

	private final AtomicLong used = new AtomicLong();

	private final @Nullable MemoryBudget whole;

	private volatile long maximum;

	/**
	 * Create a budget.
	 * @param maximum the bytes that all instances may have together
	 * @param whole the budget that this one is a part of, or {@code null}
	 */
	public MemoryBudget(long maximum, @Nullable MemoryBudget whole) {
		this.maximum = maximum;
		this.whole = whole;
	}

	/**
	 * Return the bytes that all instances may have together.
	 * @return the maximum
	 */
	public long maximum() {
		return this.maximum;
	}

	/**
	 * Change what all instances may have together. What they have already, they keep.
	 * @param bytes the maximum
	 */
	public void maximum(long bytes) {
		this.maximum = bytes;
	}

	/**
	 * Return the bytes that all instances have together.
	 * @return the bytes
	 */
	public long used() {
		return this.used.get();
	}

	boolean reserve(long bytes) {
		long now;
		do {
			now = this.used.get();
			if (bytes > this.maximum - Math.max(now, 0)) {
				return false;
			}
		}
		while (!this.used.compareAndSet(now, now + bytes));
		if (this.whole != null && !this.whole.reserve(bytes)) {
			this.used.addAndGet(-bytes);
			return false;
		}
		return true;
	}

	void release(long bytes) {
		this.used.addAndGet(-bytes);
		if (this.whole != null) {
			this.whole.release(bytes);
		}
	}

}
