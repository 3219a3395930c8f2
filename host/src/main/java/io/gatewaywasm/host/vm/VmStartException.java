package io.gatewaywasm.host.vm;

import java.util.List;

import io.gatewaywasm.host.abi.PrintableText;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a VM or a root context cannot be started.
 */
public class VmStartException extends Exception {

	private static final long serialVersionUID = 1L;

	private final String problem;

	private final String remedy;

	/**
	 * Creates a new exception. The message, which describes the problem, and the remedy
	 * are sentences.
	 */
	public VmStartException(String message, String remedy, @Nullable Throwable cause) {
		super(PrintableText.of(message, PrintableText.MESSAGE), cause);
		this.problem = PrintableText.of(message, PrintableText.MESSAGE);
		this.remedy = remedy;
	}

	/**
	 * Returns the same exception with lines from the guest's log, oldest first, or this
	 * exception if there are none.
	 */
	VmStartException quoting(List<String> guestLog) {
		return guestLog.isEmpty() ? this : new VmStartException(
				this.problem + " The filter's last lines: " + String.join(" | ", guestLog), this.remedy, getCause());
	}

	/** Returns a sentence that describes the problem. */
	public String problem() {
		return this.problem;
	}

	/** Returns a sentence that says what to do. */
	public String remedy() {
		return this.remedy;
	}

}
