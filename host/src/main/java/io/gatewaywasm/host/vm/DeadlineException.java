package io.gatewaywasm.host.vm;

/**
 * Unwinds a guest whose time ran out during a host function. One shared instance without
 * a stack trace.
 */
final class DeadlineException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	@SuppressWarnings("StaticAssignmentOfThrowable")
	static final DeadlineException INSTANCE = new DeadlineException();

	private DeadlineException() {
		super("the callback took too long", null, false, false);
	}

}
