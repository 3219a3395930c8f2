package io.gatewaywasm.boot.plugin;

import java.time.Instant;
import java.util.List;

/**
 * A failed reload.
 *
 * @param message why the new version could not be started
 * @param guestStack the functions of the guest that were on the stack, innermost first,
 * possibly none
 * @param at when the reload failed
 */
public record ReloadFailure(String message, List<String> guestStack, Instant at) {

	public ReloadFailure {
		guestStack = List.copyOf(guestStack);
	}

}
