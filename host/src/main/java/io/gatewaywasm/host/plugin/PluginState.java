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

	/** It serves. */
	LIVE,

	/** It could not be loaded or started, or all its VMs failed and none is back yet. */
	FAILED,

	/** It was closed. */
	CLOSED

}
