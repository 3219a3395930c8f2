package io.gatewaywasm.boot.shareddata;

import java.util.Locale;

/**
 * The operations of guests on a store.
 */
public enum StoreOperation {

	/** Reads a value. */
	GET,

	/** Sets a value. */
	SET,

	/** Registers a queue. */
	REGISTER,

	/** Finds a queue. */
	RESOLVE,

	/** Adds an entry. */
	ENQUEUE,

	/** Takes an entry. */
	DEQUEUE;

	/**
	 * Returns the name of the operation in meters.
	 */
	public String tag() {
		return name().toLowerCase(Locale.ROOT);
	}

}
