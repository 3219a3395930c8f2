package io.gatewaywasm.host.plugin;

/**
 * What happens to a stream when its plugin fails, is overloaded or is not ready. Lost VMs
 * are replaced in any case.
 */
public enum FailStrategy {

	/**
	 * The stream gets a local response with status 503. Corresponds to Envoy's
	 * {@code FAIL_CLOSED}.
	 */
	CLOSED,

	/**
	 * The stream continues without the plugin: earlier changes are kept, buffered bytes
	 * are released in their last state, and later phases are skipped. Corresponds to
	 * Envoy's {@code FAIL_OPEN}.
	 */
	OPEN,

	/** Istio's alias of {@link #CLOSED}. VMs are always replaced here. */
	RELOAD;

	/**
	 * Returns whether the stream continues without a failed plugin.
	 */
	public boolean isOpen() {
		return this == OPEN;
	}

}
