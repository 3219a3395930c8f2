package io.gatewaywasm.host.plugin;

/**
 * Where a plugin stands.
 */
public enum PluginState {

	/** Its module is being fetched, compiled or started for the first time. */
	LOADING,

	/**
	 * Its module has been checked; made-up streams are shown to it, so that the first
	 * requests find its code compiled.
	 */
	WARMING,

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
