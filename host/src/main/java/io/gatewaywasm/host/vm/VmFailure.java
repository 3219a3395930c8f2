package io.gatewaywasm.host.vm;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

import io.gatewaywasm.host.abi.Callback;
import io.gatewaywasm.host.abi.PrintableText;
import io.gatewaywasm.host.engine.GuestTrapException;

/**
 * Why a VM, or one stream of it, cannot go on.
 *
 * @param reason a low-cardinality word: {@code trap}, {@code timeout}, {@code exit},
 * {@code stack}, {@code pause-timeout}, {@code overload}, {@code unavailable},
 * {@code start}
 * @param message a sentence for logs and the endpoint
 * @param guestStack the guest's functions on the stack, innermost first
 */
public record VmFailure(String reason, String message, List<String> guestStack) {

	public VmFailure {
		message = PrintableText.of(message, PrintableText.MESSAGE);
		guestStack = List.copyOf(guestStack);
	}

	/**
	 * Create a failure that did not happen inside a guest.
	 * @param reason a low-cardinality word
	 * @param message a sentence
	 * @return the failure
	 */
	public static VmFailure of(String reason, String message) {
		return new VmFailure(reason, message, List.of());
	}

	/** Describes what came out of a callback. */
	static VmFailure describe(Callback callback, int contextId, Throwable ex) {
		String where = callback.export() + " trapped in context #" + contextId + ": ";
		if (ex instanceof GuestTrapException trap) {
			String reason = trap.reason().name().toLowerCase(Locale.ROOT).replace('_', '-');
			return new VmFailure(reason, where + trap.getMessage(), trap.guestStack());
		}
		if (ex instanceof VmFailedException failed) {
			return failed.failure();
		}
		return new VmFailure("internal", where + ex, List.of());
	}

	/** Describes a callback that was stopped. */
	static VmFailure timedOut(Callback callback, int contextId, long limit, Throwable ex) {
		String message = callback.export() + " in context #" + contextId + " used more than " + Duration.ofNanos(limit)
				+ " of CPU time and was stopped.";
		return new VmFailure("timeout", message,
				(ex instanceof GuestTrapException trap) ? trap.guestStack() : List.of());
	}

}
