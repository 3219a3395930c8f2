package io.gatewaywasm.host.shared;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes that all queues of one scope may have together. Thread-safe.
 */
final class QueueSpace {

	private final long maximum;

	private final AtomicLong used = new AtomicLong();

	QueueSpace(long maximum) {
		this.maximum = maximum;
	}

	/**
	 * Take room for an entry.
	 * @param bytes the size of the entry
	 * @return {@code false} if there is not as much
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
	 * Give the room of an entry back.
	 * @param bytes the size of the entry
	 */
	void giveBack(int bytes) {
		this.used.addAndGet(-bytes);
	}

}
