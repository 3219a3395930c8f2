package io.gatewaywasm.boot.gateway.exchange;

import io.gatewaywasm.boot.plugin.PluginHandle;
import io.gatewaywasm.host.spi.RootSpec;
import org.jspecify.annotations.Nullable;

/**
 * A plugin with a root context, where {@code null} stands for the plugin's own. Filters
 * with equal values behave the same.
 */
public record PluginRoot(PluginHandle handle, @Nullable RootSpec root) {

}
