package io.gatewaywasm.host.imports;

/**
 * A guest's allocator called a host function other than those for logging, clocks and the
 * process. It becomes a trap, as in Envoy: the host call that asked for the memory is not
 * prepared for another one in between.
 */
public final class RestrictedCallException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Create a new exception.
	 * @param function the qualified name of the function that the guest called
	 */
	public RestrictedCallException(String function) {
		super("restricted_callback: the guest's allocator called " + function, null, false, false);
	}

}
