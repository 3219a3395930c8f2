package io.gatewaywasm.host.plugin;

/**
 * Where a plugin stands.
 */
public enum PluginState {

	/** Its module is being fetched, compiled or started for the first time. */
	LOADING,

	/** It serves, or is about to: while its only VM is replaced, streams wait. */
	LIVE,

	/**
	 * It could not be loaded or started, or all its VMs were lost and none is expected to
	 * be back before streams have waited too long.
	 */
	FAILED,

	/** It was closed. */
	CLOSED

}
