package io.gatewaywasm.host.spi;

import java.time.Instant;

/**
 * The clocks that guests see, and by which their pauses are timed. They keep pace with
 * the {@link HostScheduler}. Thread-safe.
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
	 * Return the time of day.
	 * @return the time of day
	 */
	Instant now();

	/**
	 * Return a clock that never goes back.
	 * @return nanoseconds since an arbitrary moment
	 */
	long nanoTime();

}
