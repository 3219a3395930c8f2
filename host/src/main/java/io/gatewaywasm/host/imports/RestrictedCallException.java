package io.gatewaywasm.host.imports;

/**
 * Thrown when a guest's allocator calls a host function other than those for logging,
 * clocks and the process. It becomes a trap, as in Envoy, because host calls cannot be
 * nested: the one that requested the memory has not returned.
 */
final class RestrictedCallException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates an exception. {@code function} is the qualified name of the function that
	 * the guest called.
	 */
	public RestrictedCallException(String function) {
		super("restricted_callback: the guest's allocator called " + function, null, false, false);
	}

}
