package io.gatewaywasm.tck.cases;

/**
 * Thrown if a case file is invalid.
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
