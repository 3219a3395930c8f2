package io.gatewaywasm.host.spi;

/**
 * Thrown by a {@link SharedScope} whose store is unreachable, does not respond in time,
 * or reports an error. The guest gets {@code INTERNAL_FAILURE}, because any other status
 * would be a statement about the value.
 */
public final class SharedStoreException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates an exception.
	 * @param message why the store cannot be used
	 */
	public SharedStoreException(String message) {
		// Without a stack trace, because it is thrown for each call during an outage.
		super(message, null, false, false);
	}

}
