package io.gatewaywasm.host.vm;

import java.util.List;

import io.gatewaywasm.host.abi.PrintableText;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a VM or a root context cannot be started. The message is one line.
 */
public class VmStartException extends Exception {

	private static final long serialVersionUID = 1L;

	private final String problem;

	private final String remedy;

	private final transient GuestReport guest;

	/**
	 * Creates a new exception. The message, which describes the problem, and the remedy
	 * are sentences.
	 */
	public VmStartException(String message, String remedy, @Nullable Throwable cause) {
		this(message, remedy, GuestReport.NONE, cause);
	}

	/** Creates a new exception with a report of the guest. */
	VmStartException(String message, String remedy, GuestReport guest, @Nullable Throwable cause) {
		super(guest.quotedAfter(sentence(message), PrintableText.MESSAGE), cause);
		this.problem = sentence(message);
		this.remedy = remedy;
		this.guest = guest;
	}

	/** Messages of traps have no period. */
	private static String sentence(String message) {
		String sentence = PrintableText.of(message, PrintableText.MESSAGE);
		return sentence.endsWith(".") ? sentence : sentence + ".";
	}

	/**
	 * Returns the same exception with lines from the guest's log, oldest first.
	 */
	VmStartException quoting(List<String> guestLog) {
		return new VmStartException(this.problem, this.remedy, this.guest.withLines(guestLog), getCause());
	}

	/** Returns a sentence that describes the problem. */
	public String problem() {
		return this.problem;
	}

	/** Returns a sentence that says what to do. */
	public String remedy() {
		return this.remedy;
	}

	/** Returns the stack of the guest, if it trapped, and its last lines. */
	public GuestReport guest() {
		return this.guest;
	}

	/**
	 * Returns whether the guest trapped in a callback, so that its failure was counted
	 * and logged.
	 */
	public boolean isReported() {
		return getCause() instanceof VmFailedException;
	}

}
