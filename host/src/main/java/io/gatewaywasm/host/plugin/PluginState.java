package io.gatewaywasm.host.plugin;

/**
 * Where a plugin stands.
 */
public enum PluginState {

	/** Its module is being fetched, compiled or started for the first time. */
	LOADING,

	/** It serves. */
	LIVE,

	/** It could not be loaded or started, or all its VMs failed and none is back yet. */
	FAILED,

	/** It was closed. */
	CLOSED

}
