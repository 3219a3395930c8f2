package io.gatewaywasm.host.plugin;

/**
 * The state of a plugin.
 */
public enum PluginState {

	/** Its module is being fetched, compiled or started for the first time. */
	LOADING,

	/**
	 * Its module has been checked. Synthetic streams are sent through the filter, so that
	 * its code is compiled before the first requests.
	 */
	WARMING,

	/** It serves. While its only VM is being replaced, streams wait. */
	LIVE,

	/**
	 * It could not be loaded or started, or all its VMs were lost and none is expected to
	 * be available before waiting streams time out.
	 */
	FAILED,

	/** It is closed. */
	CLOSED

}
