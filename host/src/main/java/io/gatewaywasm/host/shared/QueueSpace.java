package io.gatewaywasm.host.shared;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The budget for the bytes in all queues of one scope. Thread-safe.
 */
final class QueueSpace {

	private final long maximum;

	private final AtomicLong used = new AtomicLong();

	QueueSpace(long maximum) {
		this.maximum = maximum;
	}

	/**
	 * Takes bytes from the budget. Returns {@code false} if it does not suffice.
	 */
	boolean take(int bytes) {
		long now;
		do {
			now = this.used.get();
			if (bytes > this.maximum - now) {
				return false;
			}
		}
		while (!this.used.compareAndSet(now, now + bytes));
		return true;
	}

	/**
	 * Returns bytes to the budget.
	 */
	void giveBack(int bytes) {
		this.used.addAndGet(-bytes);
	}

}
