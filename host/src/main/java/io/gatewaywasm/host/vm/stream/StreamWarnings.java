package io.gatewaywasm.host.vm.stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs exchanges of a plugin that ended with an error because of a mistake of the filter,
 * over all its VMs. Logs each kind at most once a minute. Thread-safe.
 */
public final class StreamWarnings {

	private static final Logger logger = LoggerFactory.getLogger(StreamWarnings.class);

	private final boolean silent;

	private final OncePerMinute overflows = new OncePerMinute();

	private final OncePerMinute lateChanges = new OncePerMinute();

	public StreamWarnings() {
		this(false);
	}

	private StreamWarnings(boolean silent) {
		this.silent = silent;
	}

	/** Returns an instance that logs nothing, for streams that no client has sent. */
	public static StreamWarnings silent() {
		return new StreamWarnings(true);
	}

	/**
	 * Logs that a request or response body exceeded the limit. {@code status} is that of
	 * the local response, if one can be sent.
	 */
	void overflowed(String plugin, int limit, String direction, int status) {
		warn(this.overflows,
				(before) -> logger
					.warn("Plugin '{}': a {} got {} (if it had begun, its connection was cut), because the filter"
							+ " buffered more than {} bytes of its body, the value of 'limits.body-buffer'.{} Raise"
							+ " the limit if larger bodies must pass. Each {} that waits for its filter may then use"
							+ " that much memory.", plugin, direction, status, limit, before, direction));
	}

	/**
	 * Logs that the guest changed headers that were already sent on. {@code subject}
	 * names them, {@code status} is that of the local response, if one can be sent.
	 */
	void changedLate(String plugin, String subject, int status) {
		warn(this.lateChanges,
				(before) -> logger.warn(
						"Plugin '{}': an exchange got {} (if its response had begun, its connection was cut), because"
								+ " the filter changed headers that its body or trailers callback had already sent on:"
								+ " {}.{} Change headers before the first such callback returns Continue.",
						plugin, status, subject, before));
	}

	private void warn(OncePerMinute rate, Line line) {
		long before = this.silent ? -1 : rate.take();
		if (before >= 0) {
			line.log((before > 0) ? " There were " + before + " more since this was last logged." : "");
		}
	}

	/** Logs a line with a sentence about the lines that were dropped before it. */
	@FunctionalInterface
	private interface Line {

		void log(String before);

	}

}
