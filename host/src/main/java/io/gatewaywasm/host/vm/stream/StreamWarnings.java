package io.gatewaywasm.host.vm.stream;

import java.time.Duration;
import java.util.function.LongSupplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs bodies that were too large for a plugin to buffer, over all its VMs. Logs at most
 * once a minute, because clients determine how often it happens. Thread-safe.
 */
public final class BodyOverflows {

	private static final Logger logger = LoggerFactory.getLogger(BodyOverflows.class);

	private static final long PAUSE = Duration.ofMinutes(1).toNanos();

	private final LongSupplier clock;

	private final boolean silent;

	private boolean told;

	private long toldAt;

	private long untold;

	public BodyOverflows() {
		this(System::nanoTime);
	}

	BodyOverflows(LongSupplier clock) {
		this(clock, false);
	}

	private BodyOverflows(LongSupplier clock, boolean silent) {
		this.clock = clock;
		this.silent = silent;
	}

	/** Returns an instance that logs nothing, for streams that no client has sent. */
	public static BodyOverflows silent() {
		return new BodyOverflows(System::nanoTime, true);
	}

	/**
	 * Records that a request or response body exceeded the limit. {@code status} is that
	 * of the local response, if one can be sent.
	 */
	void overflowed(String plugin, int limit, String direction, int status) {
		if (this.silent) {
			return;
		}
		long before = take();
		if (before >= 0) {
			logger.warn("Plugin '{}': a {} got {} (if it had begun, its connection was cut), because the filter"
					+ " buffered more than {} bytes of its body, the value of 'limits.body-buffer'.{} Raise the limit if"
					+ " larger bodies must pass. Each {} that waits for its filter may then use that much memory.",
					plugin, direction, status, limit,
					(before > 0) ? " There were " + before + " more since this was last logged." : "", direction);
		}
	}

	/**
	 * Requests to write a line. Returns -1 if it must not be written, otherwise the
	 * number of lines that were dropped before it.
	 */
	synchronized long take() {
		long now = this.clock.getAsLong();
		if (this.told && now - this.toldAt < PAUSE) {
			this.untold++;
			return -1;
		}
		long before = this.untold;
		this.told = true;
		this.toldAt = now;
		this.untold = 0;
		return before;
	}

}
