package io.gatewaywasm.boot.shareddata;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A queue that this gateway has registered or found.
 */
final class StoreQueue {

	private final byte[] name;

	private final byte[] wakes;

	private final List<byte[]> keys;

	private volatile @Nullable Runnable owner;

	StoreQueue(StoreKeys keys, String name) {
		this.name = name.getBytes(StandardCharsets.ISO_8859_1);
		this.wakes = keys.wakes(name);
		this.keys = List.of(keys.queues(), keys.entries(name), this.wakes);
	}

	byte[] name() {
		return this.name;
	}

	/**
	 * Returns the key of the list with the queue's wake-ups.
	 */
	byte[] wakes() {
		return this.wakes;
	}

	/**
	 * Returns the keys that the queue scripts use.
	 */
	List<byte[]> keys() {
		return this.keys;
	}

	@Nullable Runnable owner() {
		return this.owner;
	}

	void owner(Runnable wake) {
		this.owner = wake;
	}

	void handOver(Runnable previous, Runnable next) {
		if (this.owner == previous) {
			this.owner = next;
		}
	}

	void release(Runnable wake) {
		if (this.owner == wake) {
			this.owner = null;
		}
	}

}
