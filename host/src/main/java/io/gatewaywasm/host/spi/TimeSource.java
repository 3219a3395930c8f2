package io.gatewaywasm.host.spi;

import java.time.Instant;

/**
 * The clocks that guests read, and that measure pauses. They advance in step with the
 * {@link HostScheduler}. Thread-safe.
 */
public interface TimeSource {

	/** The clocks of the system. */
	TimeSource SYSTEM = new TimeSource() {

		@Override
		public Instant now() {
			return Instant.now();
		}

		@Override
		public long nanoTime() {
			return System.nanoTime();
		}

	};

	/**
	 * Returns the time of day.
	 */
	Instant now();

	/**
	 * Returns a monotonic time in nanoseconds since an arbitrary moment.
	 */
	long nanoTime();

}
