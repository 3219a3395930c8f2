package io.gatewaywasm.host.plugin;

import java.util.List;

import io.gatewaywasm.host.abi.PrintableText;
import io.gatewaywasm.host.vm.GuestReport;
import io.gatewaywasm.host.vm.VmStartException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a plugin cannot be started, because its module is not supported by this
 * host, rejects its configuration, or traps. The message is one line: the problem and the
 * guest's last lines.
 */
public class PluginStartException extends Exception {

	private static final long serialVersionUID = 1L;

	private final String problem;

	private final String remedy;

	private final transient GuestReport guest;

	/**
	 * Creates an exception.
	 * @param message a sentence that says what is wrong
	 * @param remedy sentences that say what to do
	 */
	public PluginStartException(String message, String remedy) {
		this(message, remedy, null);
	}

	/**
	 * Creates an exception.
	 * @param message a sentence that says what is wrong
	 * @param remedy sentences that say what to do
	 * @param cause the exception of the engine, or {@code null}
	 */
	public PluginStartException(String message, String remedy, @Nullable Throwable cause) {
		this(message, remedy, GuestReport.NONE, cause);
	}

	/** Creates an exception for a VM that did not start. */
	PluginStartException(VmStartException ex) {
		this(ex.problem(), ex.remedy(), ex.guest(), ex);
	}

	PluginStartException(String problem, String remedy, GuestReport guest, @Nullable Throwable cause) {
		super(guest.quotedAfter(problem, PrintableText.MESSAGE), cause);
		this.problem = problem;
		this.remedy = remedy;
		this.guest = guest;
	}

	/**
	 * Returns a sentence that says what is wrong, without the guest's last lines.
	 */
	public String problem() {
		return this.problem;
	}

	/**
	 * Returns sentences that say what to do.
	 */
	public String remedy() {
		return this.remedy;
	}

	/**
	 * Returns the functions on the guest's stack, innermost first, or none if it did not
	 * trap.
	 */
	public List<String> guestStack() {
		return this.guest.stack();
	}

	/**
	 * Returns the guest's stack and its last lines for a place with several lines, to be
	 * appended to a sentence. Each line follows a line break. Empty if there are none.
	 */
	public String details() {
		return this.guest.details();
	}

}
