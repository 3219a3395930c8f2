package io.gatewaywasm.boot.shareddata;

import java.util.function.Supplier;

import io.gatewaywasm.boot.redis.RedisServer;

/**
 * The bytes that one VM id may have in commands without a reply: half of what the
 * connection keeps, so that other VM ids can still call. Thread-safe.
 */
final class StoreShare {

	private static final long MAX_BYTES = RedisServer.MAX_PENDING_BYTES / 2;

	/** The approximate size of a command in addition to its key and value. */
	private static final long OVERHEAD = 512;

	private long bytes;

	/**
	 * Makes a call with a key and a value of this size. A single call is never too large.
	 * Throws {@link StoreFailure} if too many bytes are pending.
	 */
	<T> T with(long size, Supplier<T> call) {
		add(size + OVERHEAD);
		try {
			return call.get();
		}
		finally {
			remove(size + OVERHEAD);
		}
	}

	private synchronized void add(long size) {
		if (this.bytes > 0 && this.bytes + size > MAX_BYTES) {
			throw new StoreFailure("Too many commands of the VM id are waiting for replies", true);
		}
		this.bytes += size;
	}

	private synchronized void remove(long size) {
		this.bytes -= size;
	}

}
