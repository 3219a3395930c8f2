package io.gatewaywasm.test;

/**
 * Thrown when the filter under test cannot be started. The message contains the reason
 * and what the filter has logged.
 */
public class FilterStartException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates an exception.
	 * @param message the reason
	 * @param cause the exception of the host
	 */
	public FilterStartException(String message, Throwable cause) {
		super(message, cause);
	}

}
