package io.gatewaywasm.host.engine;

import java.util.List;

/**
 * A guest trapped. The instance must not be entered again.
 */
public final class GuestTrapException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/** Why a guest stopped. */
	public enum Reason {

		/** An instruction trapped, or a host function failed. */
		TRAP,

		/** The guest called {@code proc_exit}. */
		EXIT,

		/** The stack is exhausted. */
		STACK_OVERFLOW,

		/** The guest was interrupted. */
		INTERRUPTED

	}

	private final Reason reason;

	private final transient List<String> guestStack;

	/**
	 * Create a new exception.
	 * @param reason why the guest stopped
	 * @param message what happened
	 * @param guestStack the guest's functions on the stack, innermost first, as far as
	 * they are known
	 * @param cause the engine's own exception
	 */
	public GuestTrapException(Reason reason, String message, List<String> guestStack, Throwable cause) {
		super(message, cause, false, false);
		this.reason = reason;
		this.guestStack = List.copyOf(guestStack);
	}

	/**
	 * Return why the guest stopped.
	 * @return the reason
	 */
	public Reason reason() {
		return this.reason;
	}

	/**
	 * Return the guest's functions that were on the stack.
	 * @return function names, innermost first, possibly empty
	 */
	public List<String> guestStack() {
		return this.guestStack;
	}

}
