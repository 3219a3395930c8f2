package io.gatewaywasm.packer;

/**
 * Thrown if a filter cannot be packed or pushed. The message contains the reason.
 */
public class PackerException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates a new exception.
	 * @param message the reason
	 */
	public PackerException(String message) {
		super(message);
	}

}
