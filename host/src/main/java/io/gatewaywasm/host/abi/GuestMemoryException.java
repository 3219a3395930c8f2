package io.gatewaywasm.host.abi;

/**
 * Thrown when a guest passes a pointer or length outside of its memory. The guest gets
 * {@link Status#INVALID_MEMORY_ACCESS}. There is one shared instance without a stack
 * trace, because this is not a failure of the host.
 */
public final class GuestMemoryException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/** The only instance. */
	@SuppressWarnings("StaticAssignmentOfThrowable")
	public static final GuestMemoryException INSTANCE = new GuestMemoryException();

	private GuestMemoryException() {
		super("pointer or length outside the guest's memory", null, false, false);
	}

}
