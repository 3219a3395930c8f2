package io.gatewaywasm.host.plugin;

/**
 * What streams of a plugin may find in its VMs.
 */
public enum Isolation {

	/** What earlier streams and those at the same time have left there. */
	SHARED,

	/**
	 * Nothing: a stream has a VM for itself, which returns afterwards to how it was after
	 * its start and configuration.
	 */
	STREAM

}
