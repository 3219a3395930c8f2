package io.gatewaywasm.boot.shareddata;

/**
 * Thrown if a call to Redis received no reply, or an error.
 */
final class StoreFailure extends RuntimeException {

	private static final long serialVersionUID = 1L;

	StoreFailure(String message) {
		super(message, null, false, false);
	}

	/**
	 * Returns whether the failure is one of the key, because another application has set
	 * it. Older servers put the code of a script's error into the text.
	 */
	boolean isOfKey() {
		String message = getMessage();
		return message != null && message.contains("WRONGTYPE");
	}

}
