package io.gatewaywasm.host.engine;

import io.gatewaywasm.host.abi.PrintableText;

/**
 * A module cannot be used: not WebAssembly, truncated, invalid, or asking for more than
 * it may have. The message is a sentence for the person who supplied the module.
 */
public class ModuleException extends Exception {

	private static final long serialVersionUID = 1L;

	/**
	 * Create a new exception.
	 * @param message what is wrong
	 */
	public ModuleException(String message) {
		super(PrintableText.of(message, PrintableText.MESSAGE));
	}

	/**
	 * Create a new exception.
	 * @param message what is wrong
	 * @param cause the engine's own exception
	 */
	public ModuleException(String message, Throwable cause) {
		super(PrintableText.of(message, PrintableText.MESSAGE), cause);
	}

}
