package io.gatewaywasm.host.spi;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The time at which something last happened to the messages of an exchange. The filters
 * of an exchange share it, so that none of them gives up a body while another part of the
 * exchange makes progress. Thread-safe.
 */
public final class BodyActivity {

	private final AtomicInteger pauses = new AtomicInteger();

	private volatile long last;

	/** Creates the activity of an exchange to which nothing has happened yet. */
	public BodyActivity() {
		// Declared because the class is exported
	}

	/**
	 * Records that a part has arrived, or that a filter has sent one.
	 * @param nanos the present time of a {@link TimeSource}
	 */
	public void happened(long nanos) {
		this.last = nanos;
	}

	/**
	 * Records that a filter pauses a message, so that its sender is asked for nothing.
	 */
	public void paused() {
		this.pauses.incrementAndGet();
	}

	/**
	 * Records that a filter does not pause a message any more.
	 * @param nanos the present time of a {@link TimeSource}
	 */
	public void resumed(long nanos) {
		this.last = nanos;
		this.pauses.decrementAndGet();
	}

	/**
	 * Returns for how many nanoseconds nothing has happened. While a filter pauses a
	 * message, this is zero.
	 * @param nanos the present time of a {@link TimeSource}
	 * @return the time, negative if something has happened since {@code nanos}
	 */
	public long idleNanos(long nanos) {
		return (this.pauses.get() > 0) ? 0 : nanos - this.last;
	}

}
