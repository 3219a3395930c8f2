package io.gatewaywasm.host.vm;

import java.util.List;

import io.gatewaywasm.host.abi.PrintableText;

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

}
