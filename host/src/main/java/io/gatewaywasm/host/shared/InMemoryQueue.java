package io.gatewaywasm.host.shared;

import java.util.ArrayDeque;
import java.util.Deque;

import io.gatewaywasm.host.spi.SharedScope.Entry;
import io.gatewaywasm.host.spi.SharedScope.Result;
import org.jspecify.annotations.Nullable;

/**
 * A queue in memory. Its monitor is held only briefly, and never during a callback.
 */
final class InMemoryQueue {

	private final int maximum;

	private final QueueSpace space;

	private final Deque<Entry> entries = new ArrayDeque<>();

	private @Nullable Runnable wake;

	/** The number of entries that were added while the queue had no owner. */
	private int unannounced;

	/** Creates a queue. {@code maximum} is the maximum number of entries. */
	InMemoryQueue(int maximum, QueueSpace space) {
		this.maximum = maximum;
		this.space = space;
	}

	void owner(Runnable wake) {
		int missed;
		synchronized (this) {
			this.wake = wake;
			missed = Math.min(this.unannounced, this.entries.size());
			this.unannounced = 0;
		}
		for (int i = 0; i < missed; i++) {
			wake.run();
		}
	}

	synchronized void handOver(Runnable owner, Runnable next) {
		if (this.wake == owner) {
			this.wake = next;
		}
	}

	synchronized void release(Runnable wake) {
		if (this.wake == wake) {
			this.wake = null;
		}
	}

	Result add(byte[] data) {
		Runnable wake;
		synchronized (this) {
			if (this.entries.size() >= this.maximum || !this.space.take(data.length)) {
				return Result.FULL;
			}
			this.entries.add(new Entry(data, InMemoryQueue::alreadyRemoved));
			wake = this.wake;
			if (wake == null) {
				this.unannounced++;
			}
		}
		if (wake != null) {
			wake.run();
		}
		return Result.OK;
	}

	private static void alreadyRemoved() {
		// An entry that was taken has already been removed.
	}

	synchronized @Nullable Entry poll() {
		Entry entry = this.entries.poll();
		if (entry != null) {
			this.space.giveBack(entry.data().length);
		}
		return entry;
	}

}
