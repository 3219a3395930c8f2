package io.gatewaywasm.test;

/**
 * Thrown when the filter under test cannot be started. The message contains the reason,
 * the filter's stack trace if it trapped, and its last log lines.
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
