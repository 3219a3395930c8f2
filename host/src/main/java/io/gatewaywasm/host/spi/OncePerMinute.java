package io.gatewaywasm.host.spi;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Allows one log line a minute, for events whose frequency clients determine.
 * Thread-safe.
 */
public final class OncePerMinute {

	private static final long PAUSE = Duration.ofMinutes(1).toNanos();

	private final LongSupplier clock;

	private boolean logged;

	private long loggedAt;

	private long dropped;

	/** Creates a limit that allows the first line. */
	public OncePerMinute() {
		this(System::nanoTime);
	}

	OncePerMinute(LongSupplier clock) {
		this.clock = clock;
	}

	/**
	 * Requests to write a line. Returns -1 if it must not be written, otherwise the
	 * number of lines that were dropped before it.
	 */
	public synchronized long take() {
		long now = this.clock.getAsLong();
		if (isRecent(now)) {
			this.dropped++;
			return -1;
		}
		long before = this.dropped;
		this.logged = true;
		this.loggedAt = now;
		this.dropped = 0;
		return before;
	}

	/** Returns whether a line was written within the last minute. */
	synchronized boolean isRecent() {
		return isRecent(this.clock.getAsLong());
	}

	private boolean isRecent(long now) {
		return this.logged && now - this.loggedAt < PAUSE;
	}

	/** Requests to write a line, and returns whether it must be written. */
	public boolean isDue() {
		return take() >= 0;
	}

}
