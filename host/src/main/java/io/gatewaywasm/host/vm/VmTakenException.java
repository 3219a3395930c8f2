package io.gatewaywasm.host.vm;

/**
 * Unwinds a thread whose VM was declared lost during a host function. Another thread now
 * holds the VM and has informed its streams, so this thread must not touch them. One
 * shared instance without a stack trace.
 */
public final class VmTakenException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	@SuppressWarnings("StaticAssignmentOfThrowable")
	static final VmTakenException INSTANCE = new VmTakenException();

	private VmTakenException() {
		super("the VM was declared lost", null, false, false);
	}

}
