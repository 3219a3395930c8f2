package io.gatewaywasm.host.plugin;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the streams of a generation until the last one of a retired generation has
 * ended. Thread-safe.
 */
final class GenerationUsers {

	/** The number of streams, plus one while new streams are accepted. */
	private final AtomicInteger users = new AtomicInteger(1);

	private volatile boolean retired;

	/**
	 * Adds a stream. Returns {@code false} if the last stream of the retired generation
	 * has ended.
	 */
	boolean enter() {
		int count;
		do {
			count = this.users.get();
			if (count == 0) {
				return false;
			}
		}
		while (!this.users.compareAndSet(count, count + 1));
		return true;
	}

	/** Removes a stream. Returns whether it was the last one of a retired generation. */
	boolean leave() {
		return this.users.decrementAndGet() == 0;
	}

	/**
	 * Retires the generation, so that it ends with its last stream. Returns whether it
	 * has none.
	 */
	boolean retire() {
		this.retired = true;
		return leave();
	}

	/** Returns the number of streams. */
	int streams() {
		return Math.max(0, this.users.get() - (this.retired ? 0 : 1));
	}

}
