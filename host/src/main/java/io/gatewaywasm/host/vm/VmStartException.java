package io.gatewaywasm.host.vm;

import io.gatewaywasm.host.abi.PrintableText;
import org.jspecify.annotations.Nullable;

/**
 * A VM or a root context could not be started.
 */
public class VmStartException extends Exception {

	private static final long serialVersionUID = 1L;

	private final String problem;

	private final String remedy;

	/**
	 * Create a new exception.
	 * @param message what is wrong, a sentence
	 * @param remedy what to do, a sentence
	 * @param cause what the engine said, or {@code null}
	 */
	public VmStartException(String message, String remedy, @Nullable Throwable cause) {
		super(PrintableText.of(message, PrintableText.MESSAGE), cause);
		this.problem = PrintableText.of(message, PrintableText.MESSAGE);
		this.remedy = remedy;
	}

	/**
	 * Return what is wrong.
	 * @return a sentence
	 */
	public String problem() {
		return this.problem;
	}

	/**
	 * Return what to do about it.
	 * @return a sentence
	 */
	public String remedy() {
		return this.remedy;
	}

}
