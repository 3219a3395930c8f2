package io.gatewaywasm.host.engine;

import io.gatewaywasm.host.abi.PrintableText;

/**
 * Thrown when a module cannot be used because it is not WebAssembly, truncated, invalid,
 * or exceeds a limit. The message is a sentence for the person who supplied the module.
 */
public class ModuleException extends Exception {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates a new exception.
	 * @param message the problem
	 */
	public ModuleException(String message) {
		super(PrintableText.of(message, PrintableText.MESSAGE));
	}

	/**
	 * Creates a new exception.
	 * @param message the problem
	 * @param cause Chicory's exception
	 */
	public ModuleException(String message, Throwable cause) {
		super(PrintableText.of(message, PrintableText.MESSAGE), cause);
	}

}
