package io.gatewaywasm.host.engine;

import java.util.List;

/**
 * Thrown when a guest traps. The instance must not be entered again.
 */
public final class GuestTrapException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/** The reason why a guest stopped. */
	public enum Reason {

		/** An instruction trapped, or a host function failed. */
		TRAP,

		/** The guest called {@code proc_exit}. */
		EXIT,

		/** The guest exhausted the stack. */
		STACK_OVERFLOW,

		/** The guest was interrupted. */
		INTERRUPTED

	}

	private final Reason reason;

	private final transient List<String> guestStack;

	/**
	 * Creates a new exception.
	 * @param reason the reason why the guest stopped
	 * @param message what happened
	 * @param guestStack the known functions on the guest's stack, innermost first
	 * @param cause Chicory's exception
	 */
	public GuestTrapException(Reason reason, String message, List<String> guestStack, Throwable cause) {
		super(message, cause, false, false);
		this.reason = reason;
		this.guestStack = List.copyOf(guestStack);
	}

	/**
	 * Returns the reason why the guest stopped.
	 */
	public Reason reason() {
		return this.reason;
	}

	/**
	 * Returns the functions on the guest's stack.
	 * @return function names, innermost first, possibly empty
	 */
	public List<String> guestStack() {
		return this.guestStack;
	}

}
