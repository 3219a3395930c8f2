package io.gatewaywasm.boot.shareddata;

/**
 * Thrown if a call to Redis received no reply, or an error.
 */
final class StoreFailure extends RuntimeException {

	private static final long serialVersionUID = 1L;

	StoreFailure(String message) {
		super(message, null, false, false);
	}

}
