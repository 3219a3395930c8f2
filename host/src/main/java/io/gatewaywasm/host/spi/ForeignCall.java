package io.gatewaywasm.host.spi;

import org.jspecify.annotations.Nullable;

/**
 * On whose behalf a guest calls a foreign function.
 *
 * @param plugin the id of the plugin
 * @param stream the stream of the effective context, or {@code null} in a root context
 */
public record ForeignCall(String plugin, @Nullable HttpStream stream) {

}
