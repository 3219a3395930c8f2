package io.gatewaywasm.boot.plugin;

/**
 * What happens at start-up when the module of a plugin cannot be fetched.
 */
public enum FetchFailurePolicy {

	/** The application does not start. */
	FAIL,

	/**
	 * The application starts as soon as the module can be fetched. It does not start at
	 * all if trying again is of no use.
	 */
	WAIT,

	/**
	 * The application starts without the plugin, whose requests get the fail strategy
	 * until the module can be fetched.
	 */
	DEGRADE

}
