package io.gatewaywasm.host.plugin;

import java.time.Duration;

/**
 * A circuit breaker that opens when three callbacks time out within a minute. It closes
 * after a while. If another timeout follows soon, it opens again for twice as long, up to
 * five minutes.
 */
final class CircuitBreaker {

	private static final int TIMEOUTS = 3;

	private static final Duration FIRST = Duration.ofSeconds(10);

	private static final Duration LONGEST = Duration.ofMinutes(5);

	private final RecentEvents recent = new RecentEvents();

	private boolean openedBefore;

	private Duration openFor = FIRST;

	private volatile long openUntil;

	private volatile boolean open;

	/**
	 * Records a timeout. Returns whether it has opened the circuit.
	 */
	synchronized boolean timedOut() {
		long now = System.nanoTime();
		if (this.openedBefore && now - this.openUntil < RecentEvents.WINDOW_NANOS) {
			// The circuit has only just closed, so the first timeout opens it again.
			Duration doubled = this.openFor.multipliedBy(2);
			this.openFor = (doubled.compareTo(LONGEST) > 0) ? LONGEST : doubled;
			return open(now);
		}
		if (this.recent.add(now) < TIMEOUTS) {
			return false;
		}
		this.recent.clear();
		this.openFor = FIRST;
		return open(now);
	}

	private boolean open(long now) {
		this.openUntil = now + this.openFor.toNanos();
		this.openedBefore = true;
		this.open = true;
		return true;
	}

	boolean isOpen() {
		if (!this.open) {
			return false;
		}
		if (System.nanoTime() - this.openUntil >= 0) {
			this.open = false;
			return false;
		}
		return true;
	}

	synchronized Duration openFor() {
		return this.openFor;
	}

}
