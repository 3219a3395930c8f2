package io.gatewaywasm.host.plugin;

/**
 * Whether the streams of a plugin share VMs.
 */
public enum Isolation {

	/** Streams share VMs. A guest can see data of earlier and of concurrent streams. */
	SHARED,

	/**
	 * Each stream leases its own VM, which is then reset to its state after start and
	 * configuration.
	 */
	STREAM

}
