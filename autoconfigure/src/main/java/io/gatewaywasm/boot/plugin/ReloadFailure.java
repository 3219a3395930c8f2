package io.gatewaywasm.boot.plugin;

import java.time.Instant;

/**
 * A failed reload.
 *
 * @param message why the new version could not be started
 * @param at when the reload failed
 */
public record ReloadFailure(String message, Instant at) {

}
