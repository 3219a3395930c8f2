package io.gatewaywasm.host.abi;

/**
 * Thrown when a guest calls {@code proc_exit} or {@code abort}, to unwind the guest. With
 * code 0 during {@code _start} it is a normal end, and otherwise a trap.
 */
public final class GuestExitException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final int code;

	/**
	 * Creates an exception for {@code proc_exit}.
	 * @param code the exit code
	 */
	public GuestExitException(int code) {
		this(code, "the guest called proc_exit(" + code + ")");
	}

	/**
	 * Creates an exception for another kind of exit.
	 * @param code the corresponding exit code
	 * @param message what the guest did
	 */
	public GuestExitException(int code, String message) {
		super(message, null, false, false);
		this.code = code;
	}

	/**
	 * Returns the exit code.
	 */
	public int code() {
		return this.code;
	}

}
