package io.gatewaywasm.host.spi;

import java.util.HashSet;
import java.util.Set;

/**
 * Records the remarks that are logged only once. Thread-safe.
 */
public final class LogOnce {

	/**
	 * Limits the remarks whose text the guest determines, so that they fill neither the
	 * memory nor the log.
	 */
	private static final int MAX_REMARKS = 1000;

	private final Set<String> remarks = new HashSet<>();

	/** Creates an empty record. */
	public LogOnce() {
		// Explicit, because the package is part of the API
	}

	/** Records a remark, and returns whether it is new and must be logged. */
	public synchronized boolean isFirst(String remark) {
		return this.remarks.size() < MAX_REMARKS && this.remarks.add(remark);
	}

}
