package io.gatewaywasm.host.shared;

import java.util.ArrayDeque;
import java.util.Deque;

import io.gatewaywasm.host.spi.SharedScope.Result;
import org.jspecify.annotations.Nullable;

/**
 * One queue. Its monitor is held for a few instructions only and never while calling out.
 */
final class InMemoryQueue {

	private final int maximum;

	private final QueueSpace space;

	private final Deque<byte[]> entries = new ArrayDeque<>();

	private @Nullable Runnable wake;

	/** Entries that were added while nobody could be woken. */
	private int unannounced;

	/**
	 * Create a queue.
	 * @param maximum the number of entries that it may have
	 * @param space where their bytes are taken from
	 */
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
			this.entries.add(data);
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

	synchronized byte @Nullable [] poll() {
		byte[] data = this.entries.poll();
		if (data != null) {
			this.space.giveBack(data.length);
		}
		return data;
	}

}
