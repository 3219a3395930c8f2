package io.gatewaywasm.host.abi;

/**
 * A guest called {@code proc_exit} or {@code abort}. Unwinds the guest; harmless with
 * code 0 during {@code _start}, a trap everywhere else.
 */
public final class GuestExitException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final int code;

	/**
	 * Create a new exception for {@code proc_exit}.
	 * @param code the exit code that the guest gave
	 */
	public GuestExitException(int code) {
		this(code, "the guest called proc_exit(" + code + ")");
	}

	/**
	 * Create a new exception for another way to end.
	 * @param code the exit code that stands for it
	 * @param message what the guest did
	 */
	public GuestExitException(int code, String message) {
		super(message, null, false, false);
		this.code = code;
	}

	/**
	 * Return the exit code that the guest gave.
	 * @return the exit code
	 */
	public int code() {
		return this.code;
	}

}
