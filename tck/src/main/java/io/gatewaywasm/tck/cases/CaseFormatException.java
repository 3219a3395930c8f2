package io.gatewaywasm.tck.cases;

/**
 * Thrown if a file of cases cannot be read.
 */
public final class CaseFormatException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	CaseFormatException(String message) {
		super(message);
	}

	CaseFormatException(String message, Throwable cause) {
		super(message, cause);
	}

}
