package io.gatewaywasm.host.limits;

import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

/**
 * The memory that several instances, or several buffered bodies, may use together,
 * optionally as part of a larger budget. Thread-safe.
 */
public final class MemoryBudget {

	/** A budget without a limit. */
	public static final MemoryBudget UNLIMITED = new MemoryBudget(Long.MAX_VALUE, null);

	private final AtomicLong used = new AtomicLong();

	private final @Nullable MemoryBudget whole;

	private volatile long maximum;

	/**
	 * Creates a budget.
	 * @param maximum the bytes that all instances may use together
	 * @param whole the budget of which this one is a part, or {@code null}
	 */
	public MemoryBudget(long maximum, @Nullable MemoryBudget whole) {
		this.maximum = maximum;
		this.whole = whole;
	}

	/**
	 * Returns the bytes that all instances may use together.
	 * @return the maximum in bytes
	 */
	public long maximum() {
		return this.maximum;
	}

	/**
	 * Changes the bytes that all instances may use together. Instances keep the memory
	 * that they already use.
	 * @param bytes the maximum in bytes
	 */
	public void maximum(long bytes) {
		this.maximum = bytes;
	}

	/**
	 * Returns the bytes that all instances use together.
	 * @return the used bytes
	 */
	public long used() {
		return this.used.get();
	}

	public boolean reserve(long bytes) {
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

	public void release(long bytes) {
		add(-bytes);
	}

	/**
	 * Adds to the used bytes, or subtracts from them, even if the maximum is exceeded.
	 * @param bytes the bytes, negative to release them
	 * @return whether the used bytes are within the maximum
	 */
	public boolean add(long bytes) {
		boolean fits = this.used.addAndGet(bytes) <= this.maximum;
		return (this.whole == null || this.whole.add(bytes)) && fits;
	}

}
