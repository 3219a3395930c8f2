package io.gatewaywasm.boot.redis;

/**
 * The commands that a connection keeps in memory: those that wait for the connection, and
 * those that were sent and not answered yet. They include commands whose call has timed
 * out or was cancelled, because Lettuce keeps them until the reply. Thread-safe.
 */
final class PendingCommands {

	static final int MAX_COMMANDS = 10_000;

	/** A larger command counts as this much, so that others fit as well. */
	private static final long MAX_COUNTED = RedisServer.MAX_PENDING_BYTES / 2;

	private int count;

	private long bytes;

	/** When the first command was called, or when the server last replied. */
	private long since;

	/**
	 * Adds a command. Returns {@code false} if there are too many. A single command is
	 * never too large.
	 */
	synchronized boolean add(RedisCall call) {
		if (this.count >= MAX_COMMANDS
				|| (this.count > 0 && this.bytes + counted(call) > RedisServer.MAX_PENDING_BYTES)) {
			return false;
		}
		if (this.count == 0) {
			this.since = call.start();
		}
		this.count++;
		this.bytes += counted(call);
		return true;
	}

	/**
	 * Removes a command that was not sent, or that will receive no reply.
	 */
	synchronized void drop(RedisCall call) {
		this.count--;
		this.bytes -= counted(call);
	}

	private static long counted(RedisCall call) {
		return Math.min(call.size(), MAX_COUNTED);
	}

	/**
	 * Removes a command that the server has replied to.
	 */
	synchronized void answered(RedisCall call) {
		drop(call);
		this.since = System.nanoTime();
	}

	/** Marks the connection as established. The waiting commands are sent now. */
	synchronized void connected() {
		this.since = System.nanoTime();
	}

	/**
	 * Returns whether replies are missing and the server has sent none for the given
	 * time.
	 */
	synchronized boolean isSilentFor(long nanos) {
		return this.count > 0 && System.nanoTime() - this.since >= nanos;
	}

}
