package io.gatewaywasm.host.vm.hostcall;

/**
 * How many lines the VMs of a plugin may log: a bucket of tokens that is filled at a
 * steady rate. Thread-safe.
 */
public final class LogRate {

	private static final double NANOS = 1e9;

	private static final int BURST_SECONDS = 10;

	private final int linesPerSecond;

	private double tokens;

	private long filledAt = System.nanoTime();

	private long suppressed;

	/**
	 * Create a rate.
	 * @param linesPerSecond the lines in a second; ten times as many may come at once
	 */
	public LogRate(int linesPerSecond) {
		this.linesPerSecond = linesPerSecond;
		this.tokens = (double) linesPerSecond * BURST_SECONDS;
	}

	int linesPerSecond() {
		return this.linesPerSecond;
	}

	/**
	 * Ask to write a line.
	 * @return -1 if it may not be written, else how many lines before it were not
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
