package io.gatewaywasm.test;

/**
 * The filter under test cannot be started. The message says why, and what the filter
 * logged meanwhile.
 */
public class FilterStartException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Create a new exception.
	 * @param message what is wrong
	 * @param cause what the host said
	 */
	public FilterStartException(String message, Throwable cause) {
		super(message, cause);
	}

}
