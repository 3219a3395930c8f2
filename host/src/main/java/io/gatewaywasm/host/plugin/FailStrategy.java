package io.gatewaywasm.host.plugin;

/**
 * What a stream gets when its filter fails, is overloaded or is not ready. VMs that
 * failed are replaced in any case.
 */
public enum FailStrategy {

	/** The stream is answered with 503. Envoy's {@code FAIL_CLOSED}. */
	CLOSED,

	/**
	 * The stream goes on as if the filter were not there: changes already made stay,
	 * buffered bytes are released as last seen, later phases are skipped. Envoy's
	 * {@code FAIL_OPEN}.
	 */
	OPEN,

	/** Istio's name for {@link #CLOSED}: VMs are always reloaded here. */
	RELOAD;

	/**
	 * Return whether a failed filter is skipped.
	 * @return {@code true} for {@link #OPEN}
	 */
	public boolean isOpen() {
		return this == OPEN;
	}

}
