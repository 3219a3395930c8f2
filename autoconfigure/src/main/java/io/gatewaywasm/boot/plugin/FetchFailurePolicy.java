package io.gatewaywasm.boot.plugin;

/**
 * What happens when the module of a plugin cannot be fetched at startup.
 */
public enum FetchFailurePolicy {

	/** The application does not start. */
	FAIL,

	/**
	 * The application starts as soon as the module can be fetched. It does not start if
	 * the failure is permanent.
	 */
	WAIT,

	/**
	 * The application starts without the plugin. The fail strategy applies to its
	 * requests until the module can be fetched.
	 */
	DEGRADE

}
