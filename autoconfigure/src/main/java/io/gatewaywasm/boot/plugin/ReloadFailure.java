package io.gatewaywasm.boot.plugin;

import java.time.Instant;

/**
 * Why a new version of a plugin was not put in service.
 *
 * @param message what was wrong with it
 * @param at when it was tried
 */
public record ReloadFailure(String message, Instant at) {

}
