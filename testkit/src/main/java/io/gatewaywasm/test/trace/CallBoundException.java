package io.gatewaywasm.test.trace;

/**
 * Thrown to stop a filter that has reached its {@link CallBound}.
 */
public class CallBoundException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	CallBoundException(String message) {
		super(message);
	}

}
