package io.gatewaywasm.packer;

/**
 * A filter was not packed or pushed. Says why.
 */
public class PackerException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Create a new exception.
	 * @param message what is wrong
	 */
	public PackerException(String message) {
		super(message);
	}

}
