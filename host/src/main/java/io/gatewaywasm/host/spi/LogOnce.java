package io.gatewaywasm.host.spi;

import java.util.HashSet;
import java.util.Set;

/**
 * Records the log messages that have been written, so that each is logged once.
 * Thread-safe.
 */
public final class LogOnce {

	/**
	 * Limits the messages whose text the guest determines, so that they fill neither the
	 * memory nor the log.
	 */
	private static final int MAX_MESSAGES = 1000;

	private final Set<String> messages = new HashSet<>();

	/** Creates an empty record. */
	public LogOnce() {
		// Explicit, because the package is part of the API
	}

	/** Records a message, and returns whether it is new and must be logged. */
	public synchronized boolean isFirst(String message) {
		return this.messages.size() < MAX_MESSAGES && this.messages.add(message);
	}

}
