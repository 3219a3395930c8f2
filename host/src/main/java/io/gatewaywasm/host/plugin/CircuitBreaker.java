package io.gatewaywasm.host.plugin;

import java.time.Duration;

import io.gatewaywasm.host.vm.GrowingDelay;

/**
 * A circuit breaker that opens when three callbacks time out within a minute. It closes
 * after 10 seconds. If one more callback times out within a minute after that, it opens
 * again for twice as long, up to five minutes.
 */
final class CircuitBreaker {

	private static final int TIMEOUTS = 3;

	private static final GrowingDelay DELAY = new GrowingDelay(Duration.ofSeconds(10), Duration.ofMinutes(5));

	private final RecentEvents recent = new RecentEvents();

	/** How often the circuit has opened in a row, or 0 if it has never opened. */
	private int opened;

	private volatile long openUntil;

	private volatile boolean open;

	/**
	 * Records a timeout. Returns whether it has opened the circuit.
	 */
	synchronized boolean timedOut() {
		long now = System.nanoTime();
		if (this.opened > 0 && now - this.openUntil < RecentEvents.WINDOW_NANOS) {
			// The circuit has only just closed, so the first timeout opens it again.
			this.opened++;
			return open(now);
		}
		if (this.recent.add(now) < TIMEOUTS) {
			return false;
		}
		this.recent.clear();
		this.opened = 1;
		return open(now);
	}

	private boolean open(long now) {
		this.openUntil = now + openFor().toNanos();
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
		return DELAY.after(this.opened);
	}

}
