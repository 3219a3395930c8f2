package io.gatewaywasm.host.vm;

import java.time.Duration;
import java.util.List;

import io.gatewaywasm.host.abi.Callback;
import io.gatewaywasm.host.abi.PrintableText;
import io.gatewaywasm.host.engine.GuestTrapException;
import io.gatewaywasm.host.spi.FailureReason;

/**
 * The reason why a VM, or one of its streams, cannot continue.
 *
 * @param reason the reason
 * @param message a sentence for logs and the endpoint
 * @param guestStack the functions on the guest's stack, innermost first
 * @param guestLog the lines that the guest logged last, oldest first
 */
public record VmFailure(FailureReason reason, String message, List<String> guestStack, List<String> guestLog) {

	public VmFailure {
		message = PrintableText.of(message, PrintableText.MESSAGE);
		guestStack = List.copyOf(guestStack);
		guestLog = List.copyOf(guestLog);
	}

	private VmFailure(FailureReason reason, String message, List<String> guestStack) {
		this(reason, message, guestStack, List.of());
	}

	/** Returns the facts about the guest. */
	public GuestReport guest() {
		return new GuestReport(this.guestStack, this.guestLog);
	}

	/** Returns the same failure with lines from the guest's log. */
	VmFailure quoting(List<String> guestLog) {
		return new VmFailure(this.reason, this.message, this.guestStack, guestLog);
	}

	/** Returns the message, the guest's stack and its last lines, for a log. */
	String report() {
		return this.message + guest().details();
	}

	/** Creates a failure that did not happen inside a guest. */
	public static VmFailure of(FailureReason reason, String message) {
		return new VmFailure(reason, message, List.of());
	}

	/** Describes an exception thrown by a callback. */
	static VmFailure describe(Callback callback, int contextId, Throwable ex) {
		String where = callback.export() + " trapped in context #" + contextId + ": ";
		if (ex instanceof GuestTrapException trap) {
			return new VmFailure(reasonOf(trap), where + trap.getMessage(), trap.guestStack());
		}
		if (ex instanceof VmFailedException failed) {
			return failed.failure();
		}
		return new VmFailure(FailureReason.INTERNAL, where + ex, List.of());
	}

	private static FailureReason reasonOf(GuestTrapException trap) {
		return switch (trap.reason()) {
			case TRAP -> FailureReason.TRAP;
			case EXIT -> FailureReason.EXIT;
			case STACK_OVERFLOW -> FailureReason.STACK_OVERFLOW;
			case INTERRUPTED -> FailureReason.INTERRUPTED;
		};
	}

	/** Describes a callback that was stopped. */
	static VmFailure timedOut(Callback callback, int contextId, long limit, Throwable ex) {
		String message = callback.export() + " in context #" + contextId + " used more than " + Duration.ofNanos(limit)
				+ " of CPU time and was stopped.";
		return new VmFailure(FailureReason.TIMEOUT, message,
				(ex instanceof GuestTrapException trap) ? trap.guestStack() : List.of());
	}

}
