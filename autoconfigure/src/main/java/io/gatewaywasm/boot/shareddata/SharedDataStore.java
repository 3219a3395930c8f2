package io.gatewaywasm.boot.shareddata;

/**
 * Where the data and queues of a VM id are stored.
 */
public enum SharedDataStore {

	/** In the memory of each gateway. */
	LOCAL,

	/** In Redis, shared by all gateways. */
	REDIS

}
