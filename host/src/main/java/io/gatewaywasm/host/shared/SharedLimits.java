package io.gatewaywasm.host.shared;

/**
 * Bounds of one scope of shared data and queues. What exceeds them is refused; nothing is
 * evicted.
 *
 * @param entries the number of shared values
 * @param bytes the bytes of all keys and shared values
 * @param queues the number of queues
 * @param queueEntries the number of entries in one queue
 * @param queueBytes the bytes in all queues
 */
public record SharedLimits(int entries, long bytes, int queues, int queueEntries, long queueBytes) {

	/** 10,000 values of 16 MiB in all; 100 queues of 10,000 entries, 16 MiB in all. */
	public static final SharedLimits DEFAULTS = new SharedLimits(10_000, 16L << 20, 100, 10_000, 16L << 20);

}
