package io.gatewaywasm.boot.shareddata;

/**
 * The result of shared data calls while Redis is unavailable.
 */
public enum OnFailure {

	/** {@code INTERNAL_FAILURE}. */
	FAIL,

	/** A store in the memory of this gateway, which is initially empty. */
	LOCAL

}
