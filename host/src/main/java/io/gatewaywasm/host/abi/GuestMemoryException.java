package io.gatewaywasm.host.abi;

/**
 * A guest handed over a pointer or length outside its memory. Answered with
 * {@link Status#INVALID_MEMORY_ACCESS}, never a fault of the host; shared and stackless.
 */
public final class GuestMemoryException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/** The only instance: stackless, so sharing it hides nothing. */
	@SuppressWarnings("StaticAssignmentOfThrowable")
	public static final GuestMemoryException INSTANCE = new GuestMemoryException();

	private GuestMemoryException() {
		super("pointer or length outside the guest's memory", null, false, false);
	}

}
