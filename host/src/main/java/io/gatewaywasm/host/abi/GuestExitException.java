package io.gatewaywasm.host.abi;

/**
 * A guest called {@code proc_exit}. Unwinds the guest; harmless with code 0 during
 * {@code _start}, a trap everywhere else.
 */
public final class GuestExitException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final int code;

	/**
	 * Create a new exception.
	 * @param code the exit code that the guest gave
	 */
	public GuestExitException(int code) {
		super("the guest called proc_exit(" + code + ")", null, false, false);
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
