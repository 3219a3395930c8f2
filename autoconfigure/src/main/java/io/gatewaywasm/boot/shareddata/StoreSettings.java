package io.gatewaywasm.boot.shareddata;

import java.time.Duration;

import io.gatewaywasm.boot.redis.RedisServer;
import io.gatewaywasm.host.shared.SharedLimits;

/**
 * Settings for Redis as a store.
 *
 * @param server the server
 * @param keyPrefix the prefix of all keys
 * @param timeout the timeout of each call
 * @param redelivery the time after which an entry that was taken and not processed is
 * delivered again
 * @param limits the limits of each VM id
 */
public record StoreSettings(RedisServer server, String keyPrefix, Duration timeout, Duration redelivery,
		SharedLimits limits) {

	/** The size of a reply in addition to the bytes of a value or entry. */
	private static final int OVERHEAD = 1024;

	/**
	 * Returns the server with a maximum reply size that fits the largest value or entry.
	 */
	public RedisServer serverWithRoom() {
		long largest = Math.max(this.limits.bytes(), this.limits.queueBytes()) + OVERHEAD;
		return this.server.withMaxReplySize((int) Math.min(largest, Integer.MAX_VALUE / 2));
	}

}
