package io.gatewaywasm.host.shared;

/**
 * Limits of one scope of shared data and queues. Data beyond a limit is rejected, and
 * nothing is evicted.
 *
 * @param entries the maximum number of values
 * @param bytes the maximum size of all keys and values in bytes
 * @param queues the maximum number of queues
 * @param queueEntries the maximum number of entries in a queue
 * @param queueBytes the maximum size of all queues in bytes
 */
public record SharedLimits(int entries, long bytes, int queues, int queueEntries, long queueBytes) {

	/** The maximum length of a queue's name in bytes. */
	public static final int QUEUE_NAME = 1024;

	/**
	 * 10,000 values with 16 MiB in total, and 100 queues with 10,000 entries each and 16
	 * MiB in total.
	 */
	public static final SharedLimits DEFAULTS = new SharedLimits(10_000, 16L << 20, 100, 10_000, 16L << 20);

}
