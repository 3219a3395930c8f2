package io.gatewaywasm.host.vm.hostcall;

/**
 * Limits the lines that the VMs of a plugin may log, by a token bucket that is filled at
 * a constant rate. Thread-safe.
 */
public final class LogRate {

	private static final double NANOS = 1e9;

	private static final int BURST_SECONDS = 10;

	private final int linesPerSecond;

	private double tokens;

	private long filledAt = System.nanoTime();

	private long suppressed;

	/**
	 * Creates a rate in lines per second. Ten times as many lines are allowed at once.
	 */
	public LogRate(int linesPerSecond) {
		this.linesPerSecond = linesPerSecond;
		this.tokens = (double) linesPerSecond * BURST_SECONDS;
	}

	int linesPerSecond() {
		return this.linesPerSecond;
	}

	/**
	 * Requests to write a line. Returns -1 if it must not be written, otherwise the
	 * number of lines that were dropped before it.
	 */
	synchronized long take() {
		long now = System.nanoTime();
		double gained = (now - this.filledAt) / NANOS * this.linesPerSecond;
		this.tokens = Math.min((double) this.linesPerSecond * BURST_SECONDS, this.tokens + gained);
		this.filledAt = now;
		if (this.tokens < 1) {
			this.suppressed++;
			return -1;
		}
		this.tokens--;
		long before = this.suppressed;
		this.suppressed = 0;
		return before;
	}

}
